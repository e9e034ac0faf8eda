import { notifications } from "@mantine/notifications";
import { messageOf, type ApiError } from "../api/problem";

export const notifyDone = (message: string) => notifications.show({ message, color: "teal", autoClose: 4000 });
export const notifyFailure = (message: string) => notifications.show({ message, color: "red", autoClose: 9000, role: "alert" });
export const notifyProblem = (error: unknown) => notifyFailure(messageOf(error as ApiError));

// Waits for a request that was sent and tells how it ended. True: it is done.
export async function told(request: Promise<{ error?: unknown }>, done?: string): Promise<boolean> {
  const { error } = await request;
  if (error) notifyProblem(error);
  else if (done) notifyDone(done);
  return !error;
}
