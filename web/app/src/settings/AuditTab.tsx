import { Button, Group, Table, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { ScrollText } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useListAuditQuery, type AuditEntry } from "../api/generated";
import { dateTime } from "../i18n/formats";
import { EmptyState, WhenLoaded } from "../shell/states";

const pageLength = 100;

export function AuditTab() {
  const { t } = useTranslation();
  const [user, setUser] = useState("");
  const [action, setAction] = useState("");
  const [search] = useDebouncedValue(JSON.stringify({ ...(user && { user }), ...(action && { action }) }), 350);
  const [before, setBefore] = useState<number | undefined>();
  const [earlier, setEarlier] = useState<AuditEntry[]>([]);
  const query = useListAuditQuery(
    { ...(JSON.parse(search) as object), count: pageLength, ...(before === undefined ? {} : { before }) },
    { refetchOnMountOrArgChange: true },
  );
  useEffect(() => {
    setBefore(undefined);
    setEarlier([]);
  }, [search]);
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
        <TextInput
          size="xs"
          aria-label={t("audit.action")}
          placeholder={t("audit.action")}
          value={action}
          onChange={event => setAction(event.currentTarget.value)}
        />
      </Group>
      <WhenLoaded query={query}>
        {({ entries, next }) => {
          const all = [...earlier, ...entries];
          if (all.length === 0) return <EmptyState icon={ScrollText} title={t("audit.none")} />;
          return (
            <>
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
                    {all.map(entry => (
                      <Table.Tr key={entry.id}>
                        <Table.Td className="numbers" style={{ whiteSpace: "nowrap" }}>
                          {dateTime(entry.at)}
                        </Table.Td>
                        <Table.Td>{entry.user}</Table.Td>
                        <Table.Td>{entry.action}</Table.Td>
                        <Table.Td>{entry.object}</Table.Td>
                        <Table.Td>{entry.address}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
              {next !== null && (
                <Button
                  mt="sm"
                  variant="subtle"
                  loading={query.isFetching}
                  onClick={() => {
                    setEarlier(all);
                    setBefore(next);
                  }}
                >
                  {t("audit.earlier")}
                </Button>
              )}
            </>
          );
        }}
      </WhenLoaded>
    </>
  );
}
