import { Alert, Button, Stack } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useNavigate } from "react-router";
import { generatedApi, useGetSessionQuery, useSetUpMutation } from "../api/generated";
import { messageOf, type ApiError } from "../api/problem";
import { useAppDispatch } from "../app/hooks";
import { AuthCard } from "./AuthCard";
import { ProfileFields, useProfileForm } from "./ProfileFields";
import { tokenOf } from "./rules";

export function SetupPage() {
  const { t } = useTranslation();
  const { data: session } = useGetSessionQuery();
  const [setUp, { error, isLoading }] = useSetUpMutation();
  const [token] = useState(() => tokenOf(window.location.hash));
  const form = useProfileForm();
  const navigate = useNavigate();
  const dispatch = useAppDispatch();

  if (session?.user) return <Navigate to="/welcome" replace />;
  if (session && !session.setup_needed) return <Navigate to="/login" replace />;

  const submit = form.onSubmit(async ({ name, email, password }) => {
    const { data } = await setUp({ setup: { token, name: name.trim(), email: email.trim(), password } });
    if (!data) return;
    await dispatch(generatedApi.util.upsertQueryData("getSession", undefined, data));
    await navigate("/welcome", { replace: true });
  });

  return (
    <AuthCard title={t("setup.title")} hint={t("setup.hint")}>
      <form noValidate onSubmit={submit}>
        <Stack>
          {token === "" && (
            <Alert role="alert" color="yellow" icon={<CircleAlert size={18} aria-hidden />}>
              {t("setup.neededHint")}
            </Alert>
          )}
          {error && (
            <Alert role="alert" color="red" icon={<CircleAlert size={18} aria-hidden />}>
              {messageOf(error as ApiError)}
            </Alert>
          )}
          <ProfileFields form={form} />
          <Button type="submit" loading={isLoading} disabled={token === ""}>
            {t("setup.button")}
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
