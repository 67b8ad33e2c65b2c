import { getSession, signInPath } from '../auth';

export default async function Home() {
  const session = await getSession();
  // Plain links, because the router of Next.js would prefetch the sign-in.
  if (session === null) return <a href={signInPath('/projects')}>Sign in</a>;
  return (
    <>
      <p>Signed in as {String(session.user['email'])}</p>
      <p>
        <a href="/projects">Projects</a>
      </p>
      <form method="post" action="/auth/sign-out">
        <button>Sign out</button>
      </form>
    </>
  );
}
