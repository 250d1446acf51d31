import { useEffect } from 'preact/hooks';

/** Calls `take` once what calls this is there; gives the focus back to who had it when it goes. */
export function useFocusBack(take: () => void): void {
  useEffect(() => {
    const before = document.activeElement;
    take();
    return () => {
      if (before instanceof HTMLElement || before instanceof SVGElement) before.focus({ preventScroll: true });
    };
  }, []);
}
