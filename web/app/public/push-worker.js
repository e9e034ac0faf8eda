// Shows the alerts that the server pushes to this browser, and opens their page when one is pressed.
self.addEventListener("push", event => {
  const alert = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(alert.title || "Vigil", {
    body: alert.body || "",
    icon: "/favicon.svg",
    tag: alert.tag || "vigil",
    data: { url: alert.url || "/review" },
  }));
});

self.addEventListener("notificationclick", event => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  // Only pages of this server are opened.
  const page = url.origin === self.location.origin ? url.href : self.location.origin;
  event.waitUntil(self.clients.matchAll({ type: "window" }).then(open => {
    const own = open.find(client => new URL(client.url).origin === self.location.origin);
    return own ? own.navigate(page).then(client => client && client.focus()) : self.clients.openWindow(page);
  }));
});
