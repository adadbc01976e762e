import type { HttpServer } from './server.ts';

type Route = { readonly method: string; readonly pattern: RegExp };

const escapePattern = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

/** `/games/:id` and `/files/*` as a pattern over real paths. */
function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : escapePattern(part)));
  return new RegExp(`^${parts.join('/')}/?$`);
}

/** Remembers the routes of a server, to tell a wrong method (405, with Allow) from a wrong path (404). */
export function rememberMethods(server: HttpServer): (url: string) => readonly string[] {
  const routes: Route[] = [];
  server.addHook('onRoute', (route) => {
    const pattern = patternOf(route.url);
    if (route.url === '*' || route.url === '/*') return;
    for (const method of [route.method].flat()) routes.push({ method, pattern });
  });
  return (url) => {
    const path = url.split('?')[0] ?? url;
    return [...new Set(routes.filter((route) => route.pattern.test(path)).map((route) => route.method))].sort();
  };
}
