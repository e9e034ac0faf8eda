import { Button, Group, Select, Table, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAuditPagesInfiniteQuery } from "../api/pages";
import type { ApiError } from "../api/problem";
import { dateTime } from "../i18n/formats";
import { Splash } from "../shell/Splash";
import { EmptyState, LoadError } from "../shell/states";
import { auditActions } from "./auditActions";

const pageLength = 100;

export function AuditTab() {
  const { t } = useTranslation();
  const [user, setUser] = useState("");
  const [action, setAction] = useState<string | null>(null);
  const [asked] = useDebouncedValue(user, 350);
  const { currentData, error, refetch, fetchNextPage, hasNextPage, isFetching } = useAuditPagesInfiniteQuery(
    { count: pageLength, ...(asked && { user: asked }), ...(action && { action }) },
    { refetchOnMountOrArgChange: true },
  );
  const entries = currentData?.pages.flatMap(page => page.entries);
  const nameOf = (of: string) => t(`audit.actions.${of}`, { defaultValue: of });
  return (
    <>
      <Group mb="md">
        <TextInput
          size="xs"
          aria-label={t("audit.user")}
          placeholder={t("audit.user")}
          value={user}
          onChange={event => setUser(event.currentTarget.value)}
        />
        <Select
          size="xs"
          clearable
          searchable
          aria-label={t("audit.action")}
          placeholder={t("audit.anyAction")}
          value={action}
          data={auditActions.map(value => ({ value, label: nameOf(value) }))}
          onChange={setAction}
        />
      </Group>
      {!entries && !error && <Splash />}
      {entries?.length === 0 && <EmptyState icon={ScrollText} title={t("audit.none")} />}
      {entries && entries.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table striped verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                {(["at", "user", "action", "object", "address"] as const).map(name => (
                  <Table.Th key={name}>{t(`audit.${name}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map(entry => (
                <Table.Tr key={entry.id}>
                  <Table.Td className="numbers" style={{ whiteSpace: "nowrap" }}>
                    {dateTime(entry.at)}
                  </Table.Td>
                  <Table.Td>{entry.user}</Table.Td>
                  <Table.Td>{nameOf(entry.action)}</Table.Td>
                  <Table.Td>{entry.object}</Table.Td>
                  <Table.Td>{entry.address}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {error && !isFetching && <LoadError error={error as ApiError} retry={() => void (entries ? fetchNextPage() : refetch())} />}
      {hasNextPage && !error && (
        <Button mt="sm" variant="subtle" loading={isFetching} onClick={() => void fetchNextPage()}>
          {t("audit.earlier")}
        </Button>
      )}
    </>
  );
}
