interface Stream {
  start(): void;
  stop(): void;
}

interface Options {
  /** Stay open in a tab that is not in front. */
  alsoInBackground?: boolean;
  /** The stream has been opened again. */
  onAgain?: () => void;
}

/**
 * Keeps a stream open while its page is shown, until the returned function is called. A page in the background, or one
 * that the browser keeps for the way back, would hold one of the six connections that a host gets.
 */
export function whileShown(stream: Stream, { alsoInBackground = false, onAgain }: Options = {}): () => void {
  let isOpen = false;
  const set = (wanted: boolean) => {
    if (wanted === isOpen) return;
    isOpen = wanted;
    if (wanted) stream.start();
    else stream.stop();
  };
  const look = () => {
    const before = isOpen;
    set(alsoInBackground || document.visibilityState === "visible");
    if (isOpen && !before) onAgain?.();
  };
  const leave = () => set(false);

  set(alsoInBackground || document.visibilityState === "visible");
  addEventListener("pageshow", look);
  addEventListener("pagehide", leave);
  if (!alsoInBackground) document.addEventListener("visibilitychange", look);
  return () => {
    removeEventListener("pageshow", look);
    removeEventListener("pagehide", leave);
    document.removeEventListener("visibilitychange", look);
    set(false);
  };
}
