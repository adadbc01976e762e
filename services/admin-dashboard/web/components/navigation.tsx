import { hashOf } from '../places.ts';
import type { Route } from '../routes.ts';

interface NavigationProps {
  readonly routes: readonly Route[];
  readonly current: string;
}

export function Navigation({ routes, current }: NavigationProps) {
  return (
    <nav className="navigation" aria-label="Pages">
      <ul>
        {routes.map(({ path, title, drawing }) => (
          <li key={path}>
            <a href={hashOf(path)} aria-current={path === current ? 'page' : undefined}>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d={drawing} />
              </svg>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
