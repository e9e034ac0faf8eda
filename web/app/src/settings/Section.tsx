import { Card, Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export function Section({ title, hint, action, children }: { title: string; hint?: ReactNode; action?: ReactNode; children?: ReactNode }) {
  return (
    <Card component="section" mb="md" maw={960} style={{ overflow: "visible" }}>
      <Group justify="space-between" align="flex-start" mb={children ? "sm" : 0}>
        <div style={{ flex: 1, minWidth: 200 }}>
          <Title order={2}>{title}</Title>
          {hint && (
            <Text size="sm" c="dimmed" component="div">
              {hint}
            </Text>
          )}
        </div>
        {action}
      </Group>
      {children}
    </Card>
  );
}
