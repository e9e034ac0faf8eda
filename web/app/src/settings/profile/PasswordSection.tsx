import { Button, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { useChangeMyPasswordMutation } from "../../api/generated";
import { told } from "../../app/notify";
import { useUser } from "../../app/session";
import { Section } from "../Section";

export function PasswordSection() {
  const { t } = useTranslation();
  const user = useUser();
  const [change, { isLoading }] = useChangeMyPasswordMutation();
  const form = useForm({
    initialValues: { current: "", new: "" },
    validate: {
      current: value => (value === "" ? t("signUp.passwordEmpty") : null),
      new: value => (value === "" ? t("signUp.passwordEmpty") : null),
    },
  });
  const submit = form.onSubmit(async passwordChange => {
    if (await told(change({ passwordChange }), t("profile.passwordChanged"))) form.reset();
  });
  return (
    <Section title={user.name} hint={`${user.email} · ${t(`roles.${user.role}`)}`}>
      <form noValidate onSubmit={submit}>
        <Stack maw={360} gap="sm">
          <input type="hidden" autoComplete="username" value={user.name} readOnly />
          <PasswordInput label={t("profile.currentPassword")} autoComplete="current-password" {...form.getInputProps("current")} />
          <PasswordInput
            label={t("users.newPassword")}
            description={t("profile.passwordHint")}
            autoComplete="new-password"
            {...form.getInputProps("new")}
          />
          <div>
            <Button type="submit" variant="light" loading={isLoading}>
              {t("profile.changePassword")}
            </Button>
          </div>
        </Stack>
      </form>
    </Section>
  );
}
