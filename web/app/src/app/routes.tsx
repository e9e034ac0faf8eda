import { createBrowserRouter, Navigate } from "react-router";
import { RequireSession } from "../auth/RequireSession";
import { NotFound } from "../shell/NotFound";
import { RouteError } from "../shell/RouteError";
import { Shell } from "../shell/Shell";
import { Splash } from "../shell/Splash";
import { Root } from "./Root";

// Every page is a piece of its own, loaded when it is first opened.
export const router = createBrowserRouter([
  {
    element: <Root />,
    errorElement: <RouteError />,
    HydrateFallback: Splash,
    children: [
      { path: "/login", lazy: async () => ({ Component: (await import("../auth/LoginPage")).LoginPage }) },
      { path: "/sign-up", lazy: async () => ({ Component: (await import("../auth/SignUpPage")).SignUpPage }) },
      { path: "/setup", lazy: async () => ({ Component: (await import("../auth/SetupPage")).SetupPage }) },
      {
        element: <RequireSession />,
        children: [
          { path: "/welcome", lazy: async () => ({ Component: (await import("../auth/WelcomePage")).WelcomePage }) },
          {
            element: <Shell />,
            errorElement: <RouteError />,
            children: [
              { path: "/", element: <Navigate to="/live" replace /> },
              { path: "/live", lazy: async () => ({ Component: (await import("../live/LivePage")).LivePage }) },
              { path: "/live/:id", lazy: async () => ({ Component: (await import("../live/LiveCameraPage")).LiveCameraPage }) },
              { path: "/review", lazy: async () => ({ Component: (await import("../review/ReviewPage")).ReviewPage }) },
              { path: "/repository", lazy: async () => ({ Component: (await import("../repository/RepositoryPage")).RepositoryPage }) },
              { path: "/events/:id", lazy: async () => ({ Component: (await import("../event/EventPage")).EventPage }) },
              { path: "/upload", lazy: async () => ({ Component: (await import("../upload/UploadPage")).UploadPage }) },
              { path: "/timeline", lazy: async () => ({ Component: (await import("../timeline/TimelinePage")).TimelinePage }) },
              { path: "/cameras", lazy: async () => ({ Component: (await import("../cameras/CamerasPage")).CamerasPage }) },
              { path: "/cameras/:id", lazy: async () => ({ Component: (await import("../scene/ScenePage")).ScenePage }) },
              { path: "/people", lazy: async () => ({ Component: (await import("../people/PeoplePage")).PeoplePage }) },
              { path: "/training", lazy: async () => ({ Component: (await import("../training/TrainingPage")).TrainingPage }) },
              { path: "/settings/:tab?", lazy: async () => ({ Component: (await import("../settings/SettingsPage")).SettingsPage }) },
              { path: "*", element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
]);
