import type { AlertChannel, AlertRule } from "../../api/generated";

export type ChannelType = AlertChannel["type"];
// A channel with the members of its type.
export type Channel = AlertChannel & Record<string, unknown>;

export interface ChannelField {
  name: string;
  form: "text" | "secret" | "number" | "flag" | "list";
  example?: string;
  needed?: boolean;
  // What a new channel begins with.
  initial?: string;
  // The key of the text that says what it means to be empty; without one, an empty member is one that was left out.
  whenEmpty?: string;
}

export const channelFields: Record<ChannelType, readonly ChannelField[]> = {
  webhook: [
    { name: "url", form: "text", example: "https://pager.example/in", needed: true },
    { name: "secret", form: "secret" },
  ],
  mqtt: [
    { name: "host", form: "text", example: "192.168.1.5", needed: true },
    { name: "port", form: "number", example: "1883" },
    { name: "tls", form: "flag" },
    { name: "user", form: "text" },
    { name: "password", form: "secret" },
    { name: "prefix", form: "text", example: "vigil" },
    { name: "discovery_prefix", form: "text", initial: "homeassistant", whenEmpty: "alerts.noDiscovery" },
  ],
  email: [
    { name: "url", form: "text", example: "smtp://mail.example:587", needed: true },
    { name: "user", form: "text" },
    { name: "password", form: "secret" },
    { name: "from", form: "text", example: "vigil@example.org", needed: true },
    { name: "to", form: "list", needed: true },
  ],
  web_push: [{ name: "subject", form: "text", example: "mailto:admin@example.org", needed: true }],
};

export const channelTypes = Object.keys(channelFields) as ChannelType[];

export const newChannel = (id: number, name: string, type: ChannelType): Channel => ({
  id,
  name,
  type,
  ...Object.fromEntries(channelFields[type].flatMap(field => (field.initial === undefined ? [] : [[field.name, field.initial]]))),
});

// An id that none of them has.
export const freeId = (all: readonly { id: number }[]): number => Math.max(0, ...all.map(each => each.id)) + 1;

// Without members that are empty, so that what was left out stays as it is on the server; but with those whose emptiness says something.
export function trimmed(channel: Channel): Channel {
  const says = new Set(channelFields[channel.type].filter(field => field.whenEmpty).map(field => field.name));
  return Object.fromEntries(
    Object.entries(channel).filter(
      ([name, value]) => name !== "has_secret" && (value !== "" || says.has(name)) && value !== undefined && value !== null,
    ),
  ) as Channel;
}

export const missing = (channel: Channel): string[] => [
  ...(channel.name.trim() === "" ? ["name"] : []),
  ...channelFields[channel.type]
    .filter(
      field =>
        field.needed &&
        (channel[field.name] === undefined ||
          channel[field.name] === "" ||
          (Array.isArray(channel[field.name]) && (channel[field.name] as unknown[]).length === 0)),
    )
    .map(field => field.name),
];

// A channel that goes takes its place in the rules with it.
export const rulesWithout = (rules: readonly AlertRule[], channel: number): AlertRule[] =>
  rules.map(rule => ({ ...rule, channels: rule.channels.filter(id => id !== channel) }));
