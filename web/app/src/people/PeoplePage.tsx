import { Anchor, Group, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useGetEventQuery, useListEventsQuery, type EventSummary } from "../api/generated";
import { useOpened } from "../event/back";
import { inOrder } from "../event/culprits";
import { PersonCard } from "../event/PersonCard";
import { shortDateTime } from "../i18n/formats";
import { KindBadge } from "../repository/EventCard";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, WhenLoaded } from "../shell/states";
import style from "../event/event.module.css";

const latest = 40;

function PeopleOf({ summary }: { summary: EventSummary }) {
  const { t } = useTranslation();
  const opened = useOpened();
  const { data: event } = useGetEventQuery({ id: summary.id });
  return (
    <section>
      <Group mb="sm" gap="sm">
        <Title order={2}>
          <Anchor component={Link} to={`/events/${summary.id}`} state={opened} inherit>
            {summary.source}
          </Anchor>
        </Title>
        <KindBadge kind={summary.kind} rule={summary.rule} />
        <Text size="sm" c="dimmed">
          {shortDateTime(summary.begin)}
        </Text>
      </Group>
      {event ? (
        <div className={style.people}>
          {inOrder(event.kind, event.people).map(person => (
            <PersonCard key={person.id} event={event} person={person} />
          ))}
        </div>
      ) : (
        <Skeleton height={190} radius="lg" aria-label={t("app.loading")} />
      )}
    </section>
  );
}

// The people of the latest events, with what is known of each.
export function PeoplePage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const query = useListEventsQuery({ count: latest });
  const chosen = search.get("event");
  return (
    <WhenLoaded query={query}>
      {({ events }) => {
        const withPeople = events.filter(event => event.people_count > 0);
        const shown = withPeople.filter(event => !chosen || String(event.id) === chosen);
        return (
          <Stack gap="xl">
            <PageTitle
              hint={t("people.hint")}
              actions={
                withPeople.length > 0 && (
                  <Select
                    size="xs"
                    w={270}
                    clearable
                    searchable
                    aria-label={t("people.event")}
                    placeholder={t("people.allEvents")}
                    value={chosen}
                    onChange={id => setSearch(id ? { event: id } : {}, { replace: true })}
                    data={withPeople.map(event => ({
                      value: String(event.id),
                      label: `${event.rule || t(`kinds.${event.kind}`)} · ${event.source} · ${shortDateTime(event.begin)}`,
                    }))}
                  />
                )
              }
            >
              {t("nav.people")}
            </PageTitle>
            {shown.length === 0 ? (
              <EmptyState icon={Users} title={t("people.none")} hint={t("people.noneHint")} />
            ) : (
              shown.map(summary => <PeopleOf key={summary.id} summary={summary} />)
            )}
          </Stack>
        );
      }}
    </WhenLoaded>
  );
}
