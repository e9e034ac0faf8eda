import { notifications } from "@mantine/notifications";
import { messageOf, type ApiError } from "../api/problem";

export const notifyDone = (message: string) => notifications.show({ message, color: "teal", autoClose: 4000 });
export const notifyProblem = (error: ApiError) =>
  notifications.show({ message: messageOf(error), color: "red", autoClose: 9000, role: "alert" });

// Waits for a request that was sent and tells how it ended. True: it is done.
export async function told(request: Promise<{ error?: unknown }>, done?: string): Promise<boolean> {
  const { error } = await request;
  if (error) notifyProblem(error as ApiError);
  else if (done) notifyDone(done);
  return !error;
}
