import { Alert, Anchor, Button, Stack } from "@mantine/core";
import { CircleAlert, CircleCheck, Hourglass } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useGetSessionQuery, useSignUpMutation } from "../api/generated";
import { messageOf, type ApiError } from "../api/problem";
import { AuthCard } from "./AuthCard";
import { ProfileFields, useProfileForm } from "./ProfileFields";

export function SignUpPage() {
  const { t } = useTranslation();
  const { data: session } = useGetSessionQuery();
  const [signUp, { data, error, isLoading }] = useSignUpMutation();
  const form = useProfileForm();
  const back = (
    <Anchor component={Link} to="/login">
      {t("signUp.toLogin")}
    </Anchor>
  );

  if (data) {
    const waiting = data.state === "waiting";
    return (
      <AuthCard title={t("signUp.title")}>
        <Stack>
          <Alert
            role="status"
            color={waiting ? "yellow" : "teal"}
            icon={waiting ? <Hourglass size={18} aria-hidden /> : <CircleCheck size={18} aria-hidden />}
          >
            {waiting ? t("signUp.waiting") : t("signUp.done")}
          </Alert>
          <Button component={Link} to="/login">
            {t("signUp.toLogin")}
          </Button>
        </Stack>
      </AuthCard>
    );
  }
  if (session?.sign_up === "off")
    return (
      <AuthCard title={t("signUp.title")} hint={t("signUp.off")}>
        {back}
      </AuthCard>
    );
  return (
    <AuthCard
      title={t("signUp.title")}
      footer={
        <>
          {t("signUp.hasAccount")} {back}
        </>
      }
    >
      <form
        noValidate
        onSubmit={form.onSubmit(
          ({ name, email, password }) => void signUp({ profile: { name: name.trim(), email: email.trim(), password } }),
        )}
      >
        <Stack>
          {error && (
            <Alert role="alert" color="red" icon={<CircleAlert size={18} aria-hidden />}>
              {messageOf(error as ApiError)}
            </Alert>
          )}
          <ProfileFields form={form} />
          <Button type="submit" loading={isLoading}>
            {t("signUp.button")}
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
