import { createContext, useContext, type ReactNode } from "react";
import type { User } from "../api/generated";
import { may, type Deed } from "./permissions";

const SessionUser = createContext<User | null>(null);

export const SessionUserProvider = ({ user, children }: { user: User; children: ReactNode }) => (
  <SessionUser value={user}>{children}</SessionUser>
);

// Who is logged in. Only below RequireSession.
export function useUser(): User {
  const user = useContext(SessionUser);
  if (!user) throw new Error("useUser() outside of a session");
  return user;
}

export const useMay = (deed: Deed): boolean => may(useUser().role, deed);
