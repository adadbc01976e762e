import type { GameMetrics } from './client.ts';

interface Listening {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** What of a page is used; `window` has it. */
export interface Page extends Listening {
  readonly document: Listening & Pick<Document, 'visibilityState'>;
}

/**
 * Sends what waits when the page is hidden, which may be its end, and when the network is back. Returns how to stop it.
 */
export function attachToPage(client: Pick<GameMetrics, 'flush' | 'flushBeforeEnd'>, page: Page): () => void {
  const hidden = () => {
    if (page.document.visibilityState === 'hidden') void client.flushBeforeEnd();
  };
  const online = () => void client.flush();
  page.document.addEventListener('visibilitychange', hidden);
  page.addEventListener('online', online);
  return () => {
    page.document.removeEventListener('visibilitychange', hidden);
    page.removeEventListener('online', online);
  };
}
