import { RequireAuth, useAuth, useUser } from '@cpod/react';
import { Projects } from './projects';

export function App() {
  return (
    <>
      <h1>Projects</h1>
      <RequireAuth loading={<p>Loading…</p>} fallback={<Welcome />}>
        <Account />
        <Projects />
      </RequireAuth>
    </>
  );
}

function Welcome() {
  const { signIn } = useAuth();
  return <button onClick={() => void signIn()}>Sign in</button>;
}

function Account() {
  const { signOut } = useAuth();
  const user = useUser();
  return (
    <p>
      Signed in as {user?.name ?? user?.sub}. <button onClick={() => void signOut()}>Sign out</button>
    </p>
  );
}
