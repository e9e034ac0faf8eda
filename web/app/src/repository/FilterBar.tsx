import { Button, Chip, Group, MultiSelect, NumberInput, Popover, Select, Stack, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import "@mantine/dates/styles.css";
import { useDebouncedCallback } from "@mantine/hooks";
import "dayjs/locale/ru";
import { Calendar, Search, SlidersHorizontal, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useListCamerasQuery, type Review } from "../api/generated";
import { isFiltered, lastDays, noFilters, type Filters } from "./filters";

export const kinds = ["violence", "zone", "line", "loitering", "crowd", "running"] as const;
const reviews = ["new", "kept", "dismissed"] as const;
const quickRanges = { today: 1, week: 7, month: 30 } as const;

interface FilterProps {
  filters: Filters;
  change: (part: Partial<Filters>) => void;
}

function Words({ filters, change }: FilterProps) {
  const { t } = useTranslation();
  const [words, setWords] = useState(filters.words);
  const asked = useRef(filters.words);
  const search = useDebouncedCallback((text: string) => {
    asked.current = text.trim();
    change({ words: asked.current });
  }, 350);
  // What the address asks for follows what is typed here; only words from elsewhere come into the field.
  useEffect(() => {
    if (filters.words === asked.current) return;
    asked.current = filters.words;
    search.cancel();
    setWords(filters.words);
  }, [filters.words, search]);
  return (
    <TextInput
      flex={1}
      miw={170}
      aria-label={t("repository.words")}
      placeholder={t("repository.words")}
      leftSection={<Search size={16} aria-hidden />}
      value={words}
      maxLength={200}
      onChange={({ currentTarget: { value } }) => {
        setWords(value);
        search(value);
      }}
    />
  );
}

function Days({ filters, change }: FilterProps) {
  const { t, i18n } = useTranslation();
  return (
    <DatePickerInput
      type="range"
      allowSingleDateInRange
      clearable
      w={250}
      locale={i18n.resolvedLanguage ?? "en"}
      valueFormat="D MMM YYYY"
      aria-label={t("repository.dates")}
      placeholder={t("repository.dates")}
      leftSection={<Calendar size={16} aria-hidden />}
      value={[filters.from ?? null, filters.until ?? null]}
      clearButtonProps={{ "aria-label": t("repository.anyTime") }}
      onChange={([from, until]) => change({ from: from ?? undefined, until: until ?? undefined })}
    />
  );
}

function MoreFilters({ filters, change }: FilterProps) {
  const { t } = useTranslation();
  const { data: cameras } = useListCamerasQuery();
  return (
    <Popover width={300} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<SlidersHorizontal size={16} aria-hidden />}>
          {t("repository.filters")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <MultiSelect
            comboboxProps={{ withinPortal: false }}
            label={t("repository.cameras")}
            placeholder={filters.cameras.length === 0 ? t("repository.allCameras") : ""}
            value={filters.cameras.map(String)}
            data={(cameras ?? []).map(({ id, name }) => ({ value: String(id), label: `#${id} · ${name}` }))}
            onChange={ids => change({ cameras: ids.map(Number) })}
          />
          <Select
            comboboxProps={{ withinPortal: false }}
            clearable
            label={t("repository.kind")}
            placeholder={t("repository.anyKind")}
            value={filters.kind ?? null}
            data={kinds.map(value => ({ value, label: t(`kinds.${value}`) }))}
            onChange={kind => change({ kind: kind ?? undefined })}
          />
          <Group grow>
            <NumberInput
              label={t("repository.leastScore")}
              min={0}
              max={1}
              step={0.05}
              decimalScale={2}
              value={filters.leastScore}
              onChange={value => change({ leastScore: Number(value) || 0 })}
            />
            <NumberInput
              label={t("repository.person")}
              min={1}
              allowDecimal={false}
              value={filters.person ?? ""}
              onChange={value => change({ person: Number(value) || undefined })}
            />
          </Group>
          <Select
            comboboxProps={{ withinPortal: false }}
            allowDeselect={false}
            label={t("repository.order")}
            value={filters.oldestFirst ? "oldest" : "newest"}
            data={[
              { value: "newest", label: t("repository.newest") },
              { value: "oldest", label: t("repository.oldest") },
            ]}
            onChange={order => change({ oldestFirst: order === "oldest" })}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

export function FilterBar({ filters, change }: FilterProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="search" aria-label={t("repository.filters")}>
      <Group gap="xs">
        <Words filters={filters} change={change} />
        <Days filters={filters} change={change} />
        <MoreFilters filters={filters} change={change} />
      </Group>
      <Group gap={6}>
        {Object.entries(quickRanges).map(([name, count]) => {
          const { from, until } = lastDays(count);
          const chosen = filters.from === from && filters.until === until;
          return (
            <Chip
              key={name}
              size="xs"
              checked={chosen}
              onChange={on => change(on ? { from, until } : { from: undefined, until: undefined })}
            >
              {t(`repository.${name as keyof typeof quickRanges}`)}
            </Chip>
          );
        })}
        {reviews.map(review => (
          <Chip
            key={review}
            size="xs"
            checked={filters.review === review}
            onChange={on => change({ review: (on ? review : undefined) as Review })}
          >
            {t(`reviews.${review}`)}
          </Chip>
        ))}
        <Chip size="xs" checked={filters.pinned} onChange={pinned => change({ pinned })}>
          {t("events.pinned")}
        </Chip>
        <Chip size="xs" checked={filters.uploads} onChange={uploads => change({ uploads })}>
          {t("repository.uploads")}
        </Chip>
        {isFiltered(filters) && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<X size={13} aria-hidden />}
            onClick={() =>
              change({
                ...noFilters,
                from: undefined,
                until: undefined,
                kind: undefined,
                review: undefined,
                person: undefined,
                job: undefined,
              })
            }
          >
            {t("repository.clear")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
