import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Game } from './api/documents.ts';
import { Overview } from './pages/overview.tsx';
import { operates } from './places.ts';

export interface PageProps {
  readonly game: Game;
  /** Who may change something here. */
  readonly operates: boolean;
}

type PageOf = ComponentType<PageProps> | LazyExoticComponent<ComponentType<PageProps>>;

export interface Route {
  readonly path: string;
  readonly title: string;
  /** Of the icon. */
  readonly drawing: string;
  readonly page: PageOf;
  /** Shown to operators and admins only. */
  readonly forOperators?: boolean;
}

/**
 * Pages whose service is there; the first one is what a visitor sees, and the only one that is loaded with the page.
 * A view of a service that is built later is one entry more.
 */
export const routes: readonly Route[] = [
  { path: 'live', title: 'Live', drawing: 'M3 12h4l2-6 4 12 3-8 2 2h3', page: Overview },
  {
    path: 'kpis',
    title: 'KPIs',
    drawing: 'M4 20V11M10 20V5M16 20v-7M21 20H3',
    page: lazy(async () => ({ default: (await import('./pages/kpis.tsx')).Kpis })),
  },
  {
    path: 'players',
    title: 'Players',
    drawing: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c1-4 4-6 8-6s7 2 8 6',
    page: lazy(async () => ({ default: (await import('./pages/players.tsx')).Players })),
  },
  {
    path: 'events',
    title: 'Events',
    drawing: 'M4 6h16M4 12h16M4 18h10',
    page: lazy(async () => ({ default: (await import('./pages/events.tsx')).Events })),
  },
  {
    path: 'pipeline',
    title: 'Pipeline',
    drawing: 'M3 7h6v10h6V7h6',
    page: lazy(async () => ({ default: (await import('./pages/pipeline.tsx')).Pipeline })),
  },
  {
    path: 'dead-letters',
    title: 'Dead letters',
    drawing: 'M3 6h18v12H3ZM3 7l9 6 9-6',
    page: lazy(async () => ({ default: (await import('./pages/dead-letters.tsx')).DeadLetters })),
    forOperators: true,
  },
  {
    path: 'cost',
    title: 'Cost',
    drawing:
      'M12 3v18M17 7c-1-1.5-3-2-5-2-3 0-5 1.2-5 3.4 0 5 10.5 2 10.5 7 0 2.3-2.5 3.6-5.5 3.6-2.5 0-4.5-.8-5.5-2.5',
    page: lazy(async () => ({ default: (await import('./pages/cost.tsx')).Cost })),
    forOperators: true,
  },
];

export const routesOf = (roles: readonly string[]): readonly Route[] =>
  routes.filter(({ forOperators }) => !forOperators || operates(roles));
