import { Alert, Autocomplete, Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import {
  useAddCameraMutation,
  useChangeCameraMutation,
  useListDevicesQuery,
  useTestCameraMutation,
  useTestKnownCameraMutation,
  type Camera,
  type CameraTested,
} from "../api/generated";
import { messageOf, type ApiError } from "../api/problem";
import { told } from "../app/notify";
import { addressProblem } from "./address";

export function Tested({ result }: { result: CameraTested }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status">
      <Alert
        color={result.ok ? "teal" : "red"}
        icon={result.ok ? <CircleCheck size={18} aria-hidden /> : <CircleAlert size={18} aria-hidden />}
      >
        {result.message}
        {result.ok && result.playable === false && <Text size="sm">{t("cameras.notPlayableHint")}</Text>}
      </Alert>
      {result.picture && <img src={result.picture} alt={t("cameras.testPicture")} style={{ width: "100%", borderRadius: 12 }} />}
    </Stack>
  );
}

// Adds a camera, or changes one. Its address is shown without secrets; an address that was not touched stays as it is.
export function CameraForm({ camera, done }: { camera?: Camera; done: (camera: Camera) => void }) {
  const { t } = useTranslation();
  const { data: devices } = useListDevicesQuery();
  const [add, adding] = useAddCameraMutation();
  const [change, changing] = useChangeCameraMutation();
  const [test, tested] = useTestCameraMutation();
  const [testKnown, testedKnown] = useTestKnownCameraMutation();
  const form = useForm({
    initialValues: { name: camera?.name ?? "", address: camera?.address ?? "", recording: camera?.recording ?? true },
    validate: {
      name: value => (value.trim() === "" ? t("cameras.nameEmpty") : null),
      address: value => (value === camera?.address ? null : addressProblem(value) && t(`cameras.address.${addressProblem(value)!}`)),
    },
  });
  const { name, address, recording } = form.values;
  const untouched = camera !== undefined && address === camera.address;
  const testing = tested.isLoading || testedKnown.isLoading;
  const outcome = untouched ? testedKnown : tested;

  const submit = form.onSubmit(async () => {
    const request = camera
      ? change({ id: camera.id, cameraChange: { name: name.trim(), recording, ...(untouched ? {} : { address: address.trim() }) } })
      : add({ newCamera: { name: name.trim(), address: address.trim(), enabled: true, recording } });
    if (!(await told(request, t(camera ? "app.saved" : "cameras.added")))) return;
    const { data } = await request;
    if (data) done(data);
  });
  const runTest = () => {
    if (form.validateField("address").hasError) return;
    if (untouched) void testKnown({ id: camera.id });
    else void test({ cameraTest: { address: address.trim() } });
  };
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <TextInput label={t("cameras.name")} placeholder={t("cameras.namePlaceholder")} data-autofocus {...form.getInputProps("name")} />
        <Autocomplete
          label={t("cameras.addressLabel")}
          description={t("cameras.addressHint")}
          placeholder="rtsp://user:password@192.168.1.20/stream1"
          spellCheck={false}
          data={(devices ?? []).map(device => device.address)}
          renderOption={({ option }) => (
            <div>
              <Text size="sm">{devices?.find(device => device.address === option.value)?.name}</Text>
              <Text size="xs" c="dimmed">
                {option.value}
              </Text>
            </div>
          )}
          {...form.getInputProps("address")}
        />
        <Switch
          label={t("cameras.recordAlways")}
          description={t("cameras.recordHint")}
          {...form.getInputProps("recording", { type: "checkbox" })}
        />
        {outcome.data && !testing && <Tested result={outcome.data} />}
        {outcome.error && !testing && (
          <Alert color="red" role="alert">
            {messageOf(outcome.error as ApiError)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" loading={testing} onClick={runTest}>
            {t("cameras.test")}
          </Button>
          <Button type="submit" loading={adding.isLoading || changing.isLoading}>
            {t(camera ? "app.save" : "cameras.add")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
