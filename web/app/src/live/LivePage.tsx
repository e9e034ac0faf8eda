import { Button, SegmentedControl } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { Cctv } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useListCamerasQuery, type Camera } from "../api/generated";
import { useAppDispatch, useAppSelector } from "../app/hooks";
import { setColumns } from "../app/preferences";
import { useMay } from "../app/session";
import { ShownToggles } from "../clip/ShownToggles";
import { PageTitle } from "../shell/PageTitle";
import { EmptyState, WhenLoaded } from "../shell/states";
import { CameraPicker } from "./CameraPicker";
import { LivePlayer } from "./LivePlayer";
import clip from "../clip/clip.module.css";
import style from "./live.module.css";

// Plays only while it is in sight. The link covers the picture; what can be pressed on the picture lies above it.
function Tile({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection({ rootMargin: "200px" });
  return (
    <div ref={ref} className={style.tile}>
      {entry?.isIntersecting ? <LivePlayer camera={camera} /> : <div className={clip.frame} />}
      <Link to={`/live/${camera.id}`} className={style.cover!} aria-label={t("live.open", { id: camera.id, name: camera.name })} />
    </div>
  );
}

export function LivePage() {
  const { t } = useTranslation();
  const query = useListCamerasQuery();
  const columns = useAppSelector(state => state.preferences.columns);
  const dispatch = useAppDispatch();
  const mayAdd = useMay("cameras");
  return (
    <>
      <PageTitle
        actions={
          query.data &&
          query.data.length > 0 && (
            <>
              <ShownToggles />
              <SegmentedControl
                visibleFrom="sm"
                size="xs"
                aria-label={t("live.columns")}
                data={["1", "2", "3", "4"]}
                value={String(columns)}
                onChange={value => dispatch(setColumns(Number(value)))}
              />
              <CameraPicker cameras={query.data} />
            </>
          )
        }
      >
        {t("nav.live")}
      </PageTitle>
      <WhenLoaded query={query}>
        {cameras =>
          cameras.length === 0 ? (
            <EmptyState icon={Cctv} title={t("live.none")} hint={t(mayAdd ? "live.noneHintAdmin" : "live.noneHint")}>
              {mayAdd && (
                <Button component={Link} to="/cameras?add=1">
                  {t("cameras.add")}
                </Button>
              )}
            </EmptyState>
          ) : (
            <div className={style.grid} style={{ "--columns": Math.min(columns, Math.max(1, cameras.length)) } as React.CSSProperties}>
              {cameras.map(camera => (
                <Tile key={camera.id} camera={camera} />
              ))}
            </div>
          )
        }
      </WhenLoaded>
    </>
  );
}
