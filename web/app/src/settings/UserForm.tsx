import { Button, Group, MultiSelect, PasswordInput, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import {
  useChangeUserMutation,
  useCreateUserMutation,
  useListCamerasQuery,
  type AccountState,
  type Role,
  type User,
} from "../api/generated";
import { told } from "../app/notify";
import { looksLikeMail } from "../auth/rules";

const roles = ["viewer", "operator", "admin"] as const;
const states = ["active", "blocked"] as const;

export function UserForm({ user, done }: { user?: User; done: () => void }) {
  const { t } = useTranslation();
  const { data: cameras } = useListCamerasQuery();
  const [create, creating] = useCreateUserMutation();
  const [change, changing] = useChangeUserMutation();
  const form = useForm({
    initialValues: {
      name: user?.name ?? "",
      email: user?.email ?? "",
      password: "",
      role: user?.role ?? ("operator" as Role),
      state: (user?.state ?? "active") as AccountState,
      cameras: (user?.cameras ?? []).map(String),
    },
    validate: {
      name: value => (value.trim() === "" ? t("signUp.nameEmpty") : null),
      email: value => (user || looksLikeMail(value) ? null : t("signUp.emailWrong")),
      password: value => (!user && value === "" ? t("signUp.passwordEmpty") : null),
    },
  });
  const submit = form.onSubmit(async ({ name, email, password, role, state, cameras: own }) => {
    const ids = own.map(Number);
    const request = user
      ? change({ id: user.id, userChange: { role, state, cameras: ids, ...(password ? { password } : {}) } })
      : create({ newUser: { name: name.trim(), email: email.trim(), password, role, cameras: ids } });
    if (await told(request, t(user ? "app.saved" : "users.created"))) done();
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        {!user && <TextInput label={t("signUp.name")} autoComplete="off" data-autofocus {...form.getInputProps("name")} />}
        {!user && <TextInput label={t("signUp.email")} type="email" autoComplete="off" {...form.getInputProps("email")} />}
        <PasswordInput
          label={t(user ? "users.newPassword" : "signUp.password")}
          description={user && t("users.newPasswordHint")}
          autoComplete="new-password"
          {...form.getInputProps("password")}
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("users.role")}
          </Text>
          <SegmentedControl
            fullWidth
            aria-label={t("users.role")}
            data={roles.map(value => ({ value, label: t(`roles.${value}`) }))}
            {...form.getInputProps("role")}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {t(`users.roleHints.${form.values.role}`)}
          </Text>
        </div>
        {user && (
          <SegmentedControl
            aria-label={t("users.state")}
            data={states.map(value => ({ value, label: t(`users.states.${value}`) }))}
            {...form.getInputProps("state")}
          />
        )}
        {form.values.role !== "admin" && (
          <MultiSelect
            label={t("users.cameras")}
            description={t("users.camerasHint")}
            data={(cameras ?? []).map(({ id, name }) => ({ value: String(id), label: `#${id} · ${name}` }))}
            {...form.getInputProps("cameras")}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={creating.isLoading || changing.isLoading}>
            {t(user ? "app.save" : "users.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
