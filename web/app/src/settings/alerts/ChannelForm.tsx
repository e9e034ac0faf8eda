import { Button, Group, NumberInput, PasswordInput, Select, Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { channelFields, channelTypes, missing, newChannel, type Channel, type ChannelField, type ChannelType } from "./channels";

function Field({ field, channel, set }: { field: ChannelField; channel: Channel; set: (value: unknown) => void }) {
  const { t } = useTranslation();
  const value = channel[field.name];
  const own = {
    label: t(`alerts.fields.${field.name}`),
    required: field.needed ?? false,
    ...(field.example ? { placeholder: field.example } : {}),
    ...(field.whenEmpty ? { description: t(field.whenEmpty) } : {}),
  };
  switch (field.form) {
    case "flag":
      return <Switch label={own.label} checked={value === true} onChange={event => set(event.currentTarget.checked)} />;
    case "number":
      return (
        <NumberInput
          {...own}
          allowDecimal={false}
          min={1}
          max={65_535}
          value={typeof value === "number" ? value : ""}
          onChange={next => set(next === "" ? undefined : Number(next))}
        />
      );
    case "list":
      return <TagsInput {...own} value={Array.isArray(value) ? (value as string[]) : []} onChange={set} />;
    case "secret":
      return (
        <PasswordInput
          {...own}
          autoComplete="off"
          {...(channel["has_secret"] ? { placeholder: t("alerts.secretKept") } : {})}
          value={String(value ?? "")}
          onChange={event => set(event.currentTarget.value)}
        />
      );
    case "text":
      return <TextInput {...own} value={String(value ?? "")} onChange={event => set(event.currentTarget.value)} />;
  }
}

export function ChannelForm({ channel: initial, isNew, save }: { channel: Channel; isNew: boolean; save: (channel: Channel) => void }) {
  const { t } = useTranslation();
  const [channel, setChannel] = useState(initial);
  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        save(channel);
      }}
    >
      <Stack>
        <TextInput
          label={t("cameras.name")}
          required
          data-autofocus
          value={channel.name}
          onChange={event => {
            const name = event.currentTarget.value;
            setChannel(now => ({ ...now, name }));
          }}
        />
        {isNew && (
          <Select
            label={t("alerts.type")}
            allowDeselect={false}
            value={channel.type}
            data={channelTypes.map(value => ({ value, label: t(`alerts.types.${value}`) }))}
            onChange={type => type && setChannel(now => newChannel(now.id, now.name, type as ChannelType))}
          />
        )}
        {channelFields[channel.type].map(field => (
          <Field
            key={`${channel.type} ${field.name}`}
            field={field}
            channel={channel}
            set={value => setChannel(now => ({ ...now, [field.name]: value }))}
          />
        ))}
        <Group justify="flex-end">
          <Button type="submit" disabled={missing(channel).length > 0}>
            {t("app.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
