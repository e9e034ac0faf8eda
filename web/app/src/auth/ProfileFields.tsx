import { PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { looksLikeMail } from "./rules";

export interface ProfileValues {
  name: string;
  email: string;
  password: string;
}

export function useProfileForm() {
  const { t } = useTranslation();
  return useForm<ProfileValues>({
    initialValues: { name: "", email: "", password: "" },
    validate: {
      name: value => (value.trim() === "" ? t("signUp.nameEmpty") : null),
      email: value => (looksLikeMail(value) ? null : t("signUp.emailWrong")),
      password: value => (value === "" ? t("signUp.passwordEmpty") : null),
    },
  });
}

export function ProfileFields({ form }: { form: ReturnType<typeof useProfileForm> }) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t("signUp.name")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        {...form.getInputProps("name")}
      />
      <TextInput label={t("signUp.email")} type="email" autoComplete="email" {...form.getInputProps("email")} />
      <PasswordInput
        label={t("signUp.password")}
        description={t("signUp.passwordHint")}
        autoComplete="new-password"
        {...form.getInputProps("password")}
      />
    </>
  );
}
