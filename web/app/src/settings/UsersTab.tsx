import { Badge, Button, Group, Modal, Table, Text } from "@mantine/core";
import { UserCheck, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChangeUserMutation, useDeleteUserMutation, useListCamerasQuery, useListUsersQuery, type User } from "../api/generated";
import { told } from "../app/notify";
import { useUser } from "../app/session";
import { ConfirmButton } from "../shell/ConfirmButton";
import { WhenLoaded } from "../shell/states";
import { UserForm } from "./UserForm";

const colours = { active: "teal", waiting: "yellow", blocked: "red" } as const;

function Row({ user, edit }: { user: User; edit: () => void }) {
  const { t } = useTranslation();
  const me = useUser();
  const { data: cameras } = useListCamerasQuery();
  const [change] = useChangeUserMutation();
  const [remove] = useDeleteUserMutation();
  const seen =
    user.role === "admin"
      ? t("users.allCameras")
      : user.cameras.map(id => cameras?.find(camera => camera.id === id)?.name ?? `#${id}`).join(", ") || t("users.noCameras");
  return (
    <Table.Tr data-user={user.name}>
      <Table.Td>
        <Text size="sm" fw={600}>
          {user.name}
        </Text>
        <Text size="xs" c="dimmed">
          {user.email}
        </Text>
      </Table.Td>
      <Table.Td>{t(`roles.${user.role}`)}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={colours[user.state]}>
          {t(`users.states.${user.state}`)}
        </Badge>
        {user.second_factor && (
          <Badge ml={4} variant="outline" color="gray">
            {t("users.secondFactor")}
          </Badge>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" lineClamp={2}>
          {seen}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {user.state === "waiting" && (
            <Button
              size="compact-sm"
              leftSection={<UserCheck size={14} aria-hidden />}
              onClick={() => void told(change({ id: user.id, userChange: { state: "active" } }), t("users.approved", { name: user.name }))}
            >
              {t("users.approve")}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={edit} aria-label={t("users.editTitle", { name: user.name })}>
            {t("users.edit")}
          </Button>
          {user.id !== me.id && (
            <ConfirmButton
              size="compact-sm"
              variant="subtle"
              question={t("users.deleteQuestion", { name: user.name })}
              confirm={t("app.delete")}
              onConfirm={() => told(remove({ id: user.id }), t("users.deleted"))}
            >
              {t("app.delete")}
            </ConfirmButton>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

export function UsersTab() {
  const { t } = useTranslation();
  const query = useListUsersQuery();
  const [form, setForm] = useState<{ user?: User } | null>(null);
  return (
    <>
      <Group justify="flex-end" mb="sm">
        <Button leftSection={<UserPlus size={16} aria-hidden />} onClick={() => setForm({})}>
          {t("users.create")}
        </Button>
      </Group>
      <WhenLoaded query={query}>
        {users => (
          <Table.ScrollContainer minWidth={680}>
            <Table verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("signUp.name")}</Table.Th>
                  <Table.Th>{t("users.role")}</Table.Th>
                  <Table.Th>{t("users.state")}</Table.Th>
                  <Table.Th>{t("users.cameras")}</Table.Th>
                  <Table.Th aria-label={t("users.edit")} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {[...users]
                  .sort((a, b) => Number(b.state === "waiting") - Number(a.state === "waiting"))
                  .map(user => (
                    <Row key={user.id} user={user} edit={() => setForm({ user })} />
                  ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </WhenLoaded>
      <Modal
        opened={form !== null}
        onClose={() => setForm(null)}
        title={form?.user ? t("users.editTitle", { name: form.user.name }) : t("users.create")}
      >
        <UserForm key={form?.user?.id ?? "new"} {...(form?.user ? { user: form.user } : {})} done={() => setForm(null)} />
      </Modal>
    </>
  );
}
