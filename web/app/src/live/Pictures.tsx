import { useEffect, useRef, useState } from "react";
import { playPictures } from "./pictureStream";

interface PicturesProps {
  camera: number;
  boxes: boolean;
  label: string;
  // Another picture is shown.
  onPicture?: () => void;
}

// One picture after the other, the boxes burned in: for what the browser cannot play, or may not see as it is.
export function Pictures({ camera, boxes, label, onPicture }: PicturesProps) {
  const image = useRef<HTMLImageElement>(null);
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    setBegun(false);
    return playPictures(image.current!, camera, { boxes });
  }, [camera, boxes]);
  const shown = () => {
    setBegun(true);
    onPicture?.();
  };
  return <img ref={image} alt={label} hidden={!begun} onLoad={shown} />;
}
