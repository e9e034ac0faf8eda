import { Kbd, Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { shortcuts } from "./keys";

export function Shortcuts({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={t("review.shortcuts")} size="sm">
      <Table>
        <Table.Tbody>
          {shortcuts.map(([keys, action]) => (
            <Table.Tr key={action}>
              <Table.Td>
                <Kbd>{keys === "Space" ? t("review.space") : keys}</Kbd>
              </Table.Td>
              <Table.Td>{t(`review.actions.${action}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
