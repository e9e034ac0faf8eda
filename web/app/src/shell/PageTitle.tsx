import { Group, Text, Title } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";

let opened = 0;

interface PageTitleProps {
  children: string;
  hint?: ReactNode;
  actions?: ReactNode;
}

// The heading of a page: names the window, and takes the focus when another page led here, so that screen readers tell it.
export function PageTitle({ children, hint, actions }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · Vigil`;
  }, [children]);
  useEffect(() => {
    if (opened++ > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Group justify="space-between" align="flex-end" mb="md" gap="sm">
      <div>
        <Title order={1} ref={heading} tabIndex={-1}>
          {children}
        </Title>
        {hint && (
          <Text c="dimmed" size="sm" component="div">
            {hint}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
