import { Button, Center, Group, Loader, Stack, Text } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { Archive } from "lucide-react";
import { useCallback, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useEventPagesInfiniteQuery } from "../api/pages";
import type { ApiError } from "../api/problem";
import { useMay } from "../app/session";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, LoadError } from "../shell/states";
import { Splash } from "../shell/Splash";
import { DayStrip } from "./DayStrip";
import { EventCard } from "./EventCard";
import { FilterBar } from "./FilterBar";
import { isFiltered, readFilters, toQuery, writeFilters, type Filters } from "./filters";
import style from "./repository.module.css";

// Asks for more when the end of the list comes into sight; the button is for those who do not scroll. After a failure only they ask.
function More({ load, loading, error }: { load: () => void; loading: boolean; error: unknown }) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection({ rootMargin: "600px" });
  const wanted = (entry?.isIntersecting ?? false) && !loading && !error;
  useEffect(() => {
    if (wanted) load();
  }, [wanted, load]);
  if (error && !loading) return <LoadError error={error as ApiError} retry={load} />;
  return (
    <Center ref={ref} py="md">
      {loading ? (
        <Loader size="sm" type="dots" />
      ) : (
        <Button variant="subtle" onClick={load}>
          {t("repository.more")}
        </Button>
      )}
    </Center>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  const mayUpload = useMay("upload");
  if (filtered) return <EmptyState icon={Archive} title={t("repository.noMatch")} hint={t("repository.noMatchHint")} />;
  return (
    <EmptyState icon={Archive} title={t("repository.empty")} hint={t("repository.emptyHint")}>
      {mayUpload && (
        <Button component={Link} to="/upload" variant="light">
          {t("upload.title")}
        </Button>
      )}
    </EmptyState>
  );
}

export function RepositoryPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const change = useCallback(
    (part: Partial<Filters>) => setSearch(now => writeFilters({ ...readFilters(now), ...part }), { replace: true }),
    [setSearch],
  );
  const { currentData, error, refetch, fetchNextPage, hasNextPage, isFetching } = useEventPagesInfiniteQuery(toQuery(filters));
  const events = currentData?.pages.flatMap(page => page.events);
  const load = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  return (
    <Stack gap="md">
      <PageTitle>{t("repository.title")}</PageTitle>
      <DayStrip filters={filters} choose={day => change({ from: day, until: day })} />
      <FilterBar filters={filters} change={change} />
      <Group role="status" mih={22}>
        {events && events.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("repository.found", { count: events.length })}
            {hasNextPage ? ` ${t("repository.andMore")}` : ""}
          </Text>
        )}
      </Group>
      {!events ? (
        error ? (
          <LoadError error={error as ApiError} retry={() => void refetch()} />
        ) : (
          <Splash />
        )
      ) : events.length === 0 ? (
        <Nothing filtered={isFiltered(filters)} />
      ) : (
        <>
          <div className={style.list}>
            {events.map(event => (
              <EventCard key={event.id} event={event} />
            ))}
          </div>
          {hasNextPage && <More load={load} loading={isFetching} error={error} />}
        </>
      )}
    </Stack>
  );
}
