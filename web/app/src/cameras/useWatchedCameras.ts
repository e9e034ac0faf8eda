import { useListCamerasQuery } from "../api/generated";

const pollMs = 5000;

// The cameras, with how they do from moment to moment.
export const useWatchedCameras = () => useListCamerasQuery(undefined, { pollingInterval: pollMs, skipPollingIfUnfocused: true });
