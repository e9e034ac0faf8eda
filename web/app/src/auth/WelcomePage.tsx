import { Box, Button, Card, Container, Group, Stepper, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useGetRetentionQuery } from "../api/generated";
import { CameraForm } from "../cameras/CameraForm";
import { SignUpMode } from "../settings/GeneralTab";
import { InForce, RetentionEditor } from "../settings/RetentionTab";
import { Logo } from "../shell/Logo";
import { OnlyFor } from "../shell/NotFound";
import { SendingList } from "../upload/SendingList";
import { VideoDrop } from "../upload/UploadPage";
import { LanguageChoice } from "./AuthCard";

const steps = ["camera", "video", "people", "retention"] as const;

function Retention() {
  const { data } = useGetRetentionQuery();
  return data ? (
    <>
      <Box mb="sm">
        <InForce retention={data} />
      </Box>
      <RetentionEditor retention={data} />
    </>
  ) : null;
}

// After the first log-in: what makes Vigil useful, each step of which can be skipped.
export function WelcomePage() {
  const { t } = useTranslation();
  const [step, setStep] = useState(0);
  const navigate = useNavigate();
  useEffect(() => {
    document.title = `${t("welcome.title")} · Vigil`;
  }, [t]);
  const last = step === steps.length - 1;
  const next = () => (last ? void navigate("/live") : setStep(step + 1));
  const name = steps[step]!;
  return (
    <OnlyFor deed="settings">
      <Container component="main" size="sm" py="xl">
        <Group justify="space-between" mb="lg">
          <Logo />
          <LanguageChoice />
        </Group>
        <Title order={1}>{t("welcome.title")}</Title>
        <Text c="dimmed" mb="lg">
          {t("welcome.hint")}
        </Text>
        <Stepper active={step} onStepClick={setStep} size="xs" mb="lg" aria-label={t("welcome.steps")}>
          {steps.map(each => (
            <Stepper.Step
              key={each}
              label={<Box visibleFrom="sm">{t(`welcome.${each}.label`)}</Box>}
              aria-label={t(`welcome.${each}.label`)}
            />
          ))}
        </Stepper>
        <Card>
          <Title order={2} mb={4}>
            {t(`welcome.${name}.title`)}
          </Title>
          <Text size="sm" c="dimmed" mb="md">
            {t(`welcome.${name}.hint`)}
          </Text>
          {name === "camera" && <CameraForm done={next} />}
          {name === "video" && (
            <>
              <VideoDrop />
              <Box mt="sm">
                <SendingList />
              </Box>
            </>
          )}
          {name === "people" && <SignUpMode />}
          {name === "retention" && <Retention />}
        </Card>
        <Group justify="space-between" mt="lg">
          <Button variant="subtle" onClick={() => void navigate("/live")}>
            {t("welcome.skipAll")}
          </Button>
          <Button onClick={next} variant={name === "camera" ? "default" : "filled"}>
            {t(last ? "welcome.done" : name === "camera" ? "welcome.skip" : "welcome.next")}
          </Button>
        </Group>
      </Container>
    </OnlyFor>
  );
}
