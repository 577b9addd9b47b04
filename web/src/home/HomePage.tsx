import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { Waiting } from "../components/Waiting";
import { RunList } from "../history/RunList";
import { runsQuery } from "../history/runs";
import { text } from "../text";

/** What ran, what failed, what needs attention. */
export function HomePage() {
  const runs = useInfiniteQuery(runsQuery({}, 10));
  return (
    <>
      <PageBar title={text.home.title} />
      <PageBody>
        <h2 style={{ fontSize: 15, margin: "0 0 10px" }}>{text.home.recent}</h2>
        {runs.error ? <ProblemNote error={runs.error} /> : null}
        {runs.isPending ? <Waiting /> : null}
        {runs.data ? (
          <RunList runs={runs.data.pages[0]?.rows ?? []} label={text.home.recent} empty={text.home.none} />
        ) : null}
        <p style={{ marginTop: 10 }}>
          <Link to="/history">{text.home.all}</Link>
        </p>
      </PageBody>
    </>
  );
}
