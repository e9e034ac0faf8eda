import { Alert } from "@mantine/core";
import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const patience = 4000;

// Tells that what is shown may be old, when the server has been away for longer than a moment.
export function ConnectionBanner({ connected }: { connected: boolean }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(!connected), connected ? 0 : patience);
    return () => clearTimeout(timer);
  }, [connected]);
  if (!late) return null;
  return (
    <Alert role="status" color="yellow" mb="md" icon={<WifiOff size={18} aria-hidden />}>
      {t("app.offline")}
    </Alert>
  );
}
