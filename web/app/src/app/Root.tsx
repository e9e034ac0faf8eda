import { Notifications } from "@mantine/notifications";
import { Outlet, ScrollRestoration } from "react-router";

// Around all pages. Notifications stand inside of the router, because they hold links.
export function Root() {
  return (
    <>
      <Notifications position="top-right" limit={4} />
      <Outlet />
      <ScrollRestoration />
    </>
  );
}
