import { Button, Card, Group, NavLink, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { ExternalLink, GraduationCap } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { apiRoot } from "../api/base";
import { useGetTrainingRunQuery, useListTrainingRunsQuery, type TrainingCurves, type TrainingRun } from "../api/generated";
import { Chart } from "../clip/Chart";
import { colourOf } from "../event/ScoreChart";
import { ago, decimal, percent } from "../i18n/formats";
import { OnlyFor } from "../shell/NotFound";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, WhenLoaded } from "../shell/states";
import { counted, curvesOf, rangeOf, sharesOf, type Curve } from "./curves";

function Curves({ title, curves, y, best }: { title: string; curves: readonly Curve[]; y: readonly [number, number]; best: number }) {
  const { t } = useTranslation();
  if (curves.length === 0) return null;
  const [from, to] = rangeOf(curves, "x");
  return (
    <Card>
      <Title order={3} mb="xs">
        {title}
      </Title>
      <Chart
        label={title}
        height={230}
        series={curves.map(({ name, points }, i) => ({
          label: t(`training.curves.${name}`, { defaultValue: name.replaceAll("_", " ") }),
          colour: colourOf(i),
          points,
        }))}
        x={[from, Math.max(to, from + 1)]}
        y={y}
        formatX={value => (Number.isInteger(value) ? decimal(value, 0) : "")}
        formatY={value => decimal(value, y[1] - y[0] < 1.5 ? 2 : 1)}
        marks={best >= 0 ? [{ x: counted(best), label: t("training.best", { epoch: counted(best) }), colour: "var(--muted)" }] : []}
      />
    </Card>
  );
}

function Confusion({ curves: { confusion, classes } }: { curves: TrainingCurves }) {
  const { t } = useTranslation();
  if (!confusion) return null;
  const shares = sharesOf(confusion);
  const nameOf = (name: string) => t(`training.classes.${name}`, { defaultValue: name });
  return (
    <Card style={{ overflowX: "auto" }}>
      <Title order={3} mb="xs">
        {t("training.confusion")}
      </Title>
      <Table withTableBorder withColumnBorders ta="center" maw={420}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("training.isCalled")}</Table.Th>
            {classes.map(name => (
              <Table.Th key={name} ta="center">
                {nameOf(name)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {confusion.map((row, i) => (
            <Table.Tr key={i}>
              <Table.Th scope="row">{classes[i] === undefined ? i : nameOf(classes[i])}</Table.Th>
              {row.map((count, j) => (
                <Table.Td
                  key={j}
                  style={{
                    background: `color-mix(in srgb, ${i === j ? "var(--calm)" : "var(--violence)"} ${Math.round(60 * shares[i]![j]!)}%, transparent)`,
                  }}
                >
                  <Text fw={700} className="numbers">
                    {count}
                  </Text>
                  <Text size="xs" className="numbers">
                    {percent(shares[i]![j]!)}
                  </Text>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Run({ run }: { run: TrainingRun }) {
  const { t } = useTranslation();
  const query = useGetTrainingRunQuery({ run: run.name });
  return (
    <Stack>
      <Group justify="space-between">
        <div>
          <Title order={2}>{run.title}</Title>
          <Text size="sm" c="dimmed">
            {t("training.facts", { count: run.epochs })} · {ago(run.updated)}
          </Text>
        </div>
        {run.has_report && (
          <Button
            component="a"
            size="xs"
            variant="default"
            href={`${apiRoot}/training-runs/${encodeURIComponent(run.name)}/report`}
            target="_blank"
            rel="noreferrer"
            leftSection={<ExternalLink size={15} aria-hidden />}
          >
            {t("training.page")}
          </Button>
        )}
      </Group>
      <WhenLoaded query={query}>
        {curves => {
          const { losses, shares } = curvesOf(curves);
          return (
            <SimpleGrid cols={{ base: 1, xl: 2 }}>
              <Curves title={t("training.loss")} curves={losses} y={[0, rangeOf(losses, "y")[1] * 1.05]} best={run.best_epoch} />
              <Curves title={t("training.quality")} curves={shares} y={[Math.min(0.5, rangeOf(shares, "y")[0]), 1]} best={run.best_epoch} />
              <Confusion curves={curves} />
            </SimpleGrid>
          );
        }}
      </WhenLoaded>
    </Stack>
  );
}

// Training runs on the server's machine.
export function TrainingPage() {
  const { t } = useTranslation();
  const query = useListTrainingRunsQuery();
  const [search] = useSearchParams();
  return (
    <OnlyFor deed="training">
      <PageTitle>{t("training.title")}</PageTitle>
      <WhenLoaded query={query}>
        {runs => {
          const chosen = runs.find(run => run.name === search.get("run")) ?? runs[0];
          if (!chosen) return <EmptyState icon={GraduationCap} title={t("training.none")} hint={t("training.noneHint")} />;
          return (
            <Group align="flex-start" wrap="wrap" gap="lg">
              <Card padding={6} w={{ base: "100%", md: 240 }} component="nav" aria-label={t("training.runs")}>
                {runs.map(run => (
                  <NavLink
                    key={run.name}
                    component={Link}
                    to={`/training?run=${encodeURIComponent(run.name)}`}
                    replace
                    label={run.title}
                    description={`${t("training.facts", { count: run.epochs })} · ${ago(run.updated)}`}
                    active={run.name === chosen.name}
                    style={{ borderRadius: 10 }}
                  />
                ))}
              </Card>
              <div style={{ flex: 1, minWidth: "min(100%, 320px)" }}>
                <Run run={chosen} />
              </div>
            </Group>
          );
        }}
      </WhenLoaded>
    </OnlyFor>
  );
}
