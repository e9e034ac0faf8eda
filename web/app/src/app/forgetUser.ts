import type { Dispatch } from "@reduxjs/toolkit";
import { generatedApi } from "../api/generated";
import { uploads } from "../upload/uploads";

// What was loaded for one user, or is being sent by them, is not for the next.
export function forgetUser(dispatch: Dispatch): void {
  dispatch(uploads.actions.forgotten());
  dispatch(generatedApi.util.resetApiState());
}
