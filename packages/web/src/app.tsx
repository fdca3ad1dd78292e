export function App() {
  return (
    <main>
      <h1>Sotto</h1>
    </main>
  );
}
