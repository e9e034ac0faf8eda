import { Alert, Anchor, Button, PasswordInput, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useSearchParams } from "react-router";
import { useGetSessionQuery, useLogInMutation } from "../api/generated";
import { messageOf, problemOf, type ApiError } from "../api/problem";
import { AuthCard } from "./AuthCard";
import { safeNext, wantsCode } from "./rules";

export function LoginPage() {
  const { t } = useTranslation();
  const session = useGetSessionQuery();
  const [logIn, { isLoading }] = useLogInMutation();
  const [message, setMessage] = useState("");
  const [codeStep, setCodeStep] = useState(false);
  const [search] = useSearchParams();
  const form = useForm({ initialValues: { name: "", password: "", code: "" } });

  if (session.data?.setup_needed) return <Navigate to="/" replace />;
  if (session.data?.user) return <Navigate to={safeNext(search.get("next"))} replace />;

  const submit = form.onSubmit(async ({ name, password, code }) => {
    if (name.trim() === "" || password === "") {
      setMessage(t("login.empty"));
      return;
    }
    const { error } = await logIn({ credentials: { name: name.trim(), password, ...(codeStep ? { code } : {}) } });
    if (!error) return;
    const problem = problemOf(error as ApiError);
    if (wantsCode(problem) && !codeStep) {
      setCodeStep(true);
      setMessage("");
      return;
    }
    form.setFieldValue("code", "");
    setMessage(messageOf(error as ApiError));
  });

  const signUp = session.data && session.data.sign_up !== "off";
  return (
    <AuthCard
      title={t("login.title")}
      hint={t("login.hint")}
      footer={
        signUp && (
          <>
            {t("login.noAccount")}{" "}
            <Anchor component={Link} to="/sign-up">
              {t("login.signUp")}
            </Anchor>
          </>
        )
      }
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {message && (
            <Alert role="alert" color="red" icon={<CircleAlert size={18} aria-hidden />}>
              {message}
            </Alert>
          )}
          {codeStep ? (
            <div>
              <Text size="sm" mb="xs" id="code-label">
                {t("login.code")}
              </Text>
              <PinInput length={6} type="number" oneTimeCode autoFocus aria-labelledby="code-label" {...form.getInputProps("code")} />
            </div>
          ) : (
            <>
              <TextInput
                label={t("login.name")}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                autoFocus
                {...form.getInputProps("name")}
              />
              <PasswordInput label={t("login.password")} autoComplete="current-password" {...form.getInputProps("password")} />
            </>
          )}
          <Button type="submit" loading={isLoading} fullWidth>
            {t("login.button")}
          </Button>
          {codeStep && (
            <Button variant="subtle" onClick={() => setCodeStep(false)}>
              {t("app.back")}
            </Button>
          )}
        </Stack>
      </form>
    </AuthCard>
  );
}
