import { useMediaQuery } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { Outlet, ScrollRestoration } from "react-router";

// Around all pages. Notifications stand inside of the router, because they hold links.
export function Root() {
  const wide = useMediaQuery("(min-width: 48em)", true);
  return (
    <>
      <Notifications position={wide ? "bottom-right" : "top-center"} limit={4} />
      <Outlet />
      <ScrollRestoration />
    </>
  );
}
