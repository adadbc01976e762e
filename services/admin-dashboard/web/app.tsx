import { Suspense, useEffect, useState } from 'react';
import { gamesQuery } from './api/documents.ts';
import { openSession, type Session } from './api/session.ts';
import { useQuery, useSession } from './api/use.ts';
import { Boundary } from './components/boundary.tsx';
import { Header } from './components/header.tsx';
import { Navigation } from './components/navigation.tsx';
import { SignIn } from './components/sign-in.tsx';
import { Empty, Failed, Loading } from './components/states.tsx';
import { usePlace } from './place.ts';
import { operates } from './places.ts';
import { routesOf } from './routes.ts';

const NO_VARIABLES = {};
const GAMES_EVERY_MILLIS = 60_000;

/** The address names the page, so this cannot be a link to a place on it. */
function skipToMain(): void {
  document.getElementById('main')?.focus();
}

type SignedIn = Extract<Session, { state: 'signed-in' }>;

/** The page of a visitor who is known. */
function Signed({ session }: { readonly session: SignedIn }) {
  const games = useQuery(gamesQuery, NO_VARIABLES, GAMES_EVERY_MILLIS);
  const [chosen, setChosen] = useState<string>();
  const { path } = usePlace();
  const { roles } = session.claims;
  const visible = routesOf(roles);
  const route = visible.find((one) => one.path === path) ?? visible[0];
  const list = games.state === 'ready' ? games.data.games : [];
  const game = list.find(({ id }) => id === chosen) ?? list[0];
  const title = route?.title ?? '';
  useEffect(() => {
    document.title = `${title} · GameMetrics`;
  }, [title]);
  return (
    <>
      <Header games={list} chosen={game?.id} onChoose={setChosen} session={session} />
      <div className="frame">
        <Navigation routes={visible} current={route?.path ?? ''} />
        <main id="main" tabIndex={-1}>
          {games.state === 'loading' && <Loading what="games" />}
          {games.state === 'failed' && <Failed message={games.message} retry={games.retry} />}
          {games.state === 'ready' && !game && (
            <Empty title="No game yet" hint="npm run gm -- token --api-key --game mygame" />
          )}
          {game && route && (
            <Boundary key={`${route.path} ${game.id}`}>
              <Suspense fallback={<Loading what={title} />}>
                <route.page game={game} operates={operates(roles)} />
              </Suspense>
            </Boundary>
          )}
        </main>
      </div>
    </>
  );
}

/** The frame stands before anybody is known, so that nothing moves when they are. */
function Unsigned({ session }: { readonly session: Session }) {
  return (
    <>
      <Header games={[]} chosen={undefined} onChoose={() => undefined} session={session} />
      <div className="frame">
        <div className="navigation" />
        <main id="main" tabIndex={-1}>
          {session.state === 'opening' && <Loading what="games" />}
          {session.state === 'away' && <Failed message={session.message} retry={openSession} />}
          {session.state === 'signed-out' && <SignIn message={session.message} />}
        </main>
      </div>
    </>
  );
}

export function App() {
  const session = useSession();
  useEffect(openSession, []);
  return (
    <>
      <button type="button" className="skip" onClick={skipToMain}>
        Skip to the figures
      </button>
      {session.state === 'signed-in' ? (
        <Signed key={session.claims.sub + session.claims.roles.join()} session={session} />
      ) : (
        <Unsigned session={session} />
      )}
    </>
  );
}
