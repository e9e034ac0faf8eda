import { Button, Group, Modal, Text, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface ConfirmButtonProps extends ButtonProps {
  question: string;
  hint?: ReactNode;
  // What the button of the question says; else what this one says.
  confirm?: string;
  onConfirm: () => Promise<unknown> | void;
  "aria-label"?: string;
}

// A button that asks before it does what cannot be undone.
export function ConfirmButton({ question, hint, confirm, onConfirm, children, ...button }: ConfirmButtonProps) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure();
  const go = async () => {
    close();
    await onConfirm();
  };
  return (
    <>
      <Button color="red" variant="light" {...button} onClick={open}>
        {children}
      </Button>
      <Modal opened={opened} onClose={close} title={question} size="sm">
        {hint && (
          <Text size="sm" c="dimmed" mb="md">
            {hint}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {t("app.cancel")}
          </Button>
          <Button color="red" onClick={() => void go()}>
            {confirm ?? children}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
