import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { Pill } from "../components/StatePill";
import table from "../components/Table.module.css";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import classes from "./SettingsPage.module.css";

/** About this installation, what its operator has set, and whether everything is alive. */
export function SettingsPage() {
  const about = useQuery({
    queryKey: ["about"],
    queryFn: ({ signal }) => data(api.GET("/api/v1/about", { signal })),
  });
  return (
    <>
      <PageBar title={text.settings.title} />
      <PageBody>
        {about.error ? <ProblemNote error={about.error} /> : null}
        {about.isPending ? <Waiting /> : null}
        <div className={classes.parts}>
          {about.data ? (
            <section>
              <h2>{text.settings.about}</h2>
              <p>
                Keyturn {about.data.version} · {about.data.address}
              </p>
            </section>
          ) : null}
          <Doctor />
          {about.data ? (
            <section>
              <h2>{text.settings.set}</h2>
              <p className={table.quiet}>{text.settings.setHow}</p>
              <SimpleTable
                label={text.settings.set}
                heads={[text.settings.name, text.settings.value]}
                empty=""
              >
                {Object.entries(about.data.settings).map(([name, value]) => (
                  <tr key={name}>
                    <td style={{ fontFamily: "var(--mono)", fontSize: 12.5 }}>{name}</td>
                    <td>{value || <span className={table.quiet}>{text.settings.unset}</span>}</td>
                  </tr>
                ))}
              </SimpleTable>
            </section>
          ) : null}
        </div>
      </PageBody>
    </>
  );
}

function Doctor() {
  const look = useMutation({ mutationFn: () => data(api.POST("/api/v1/doctor")) });
  return (
    <section>
      <h2>{text.settings.doctor}</h2>
      <p className={table.quiet}>{text.settings.doctorWhat}</p>
      <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
        {text.settings.look}
      </Button>
      {look.error ? <ProblemNote error={look.error} /> : null}
      {look.data ? (
        <>
          <p role="status">
            <Pill tone={look.data.good ? "ok" : "bad"}>
              {look.data.good ? text.settings.good : text.settings.bad}
            </Pill>
          </p>
          <ul className={classes.findings}>
            {look.data.findings.map((finding) => (
              <li key={finding.name}>
                <Pill tone={finding.good ? "ok" : "bad"}>{finding.good ? "✓" : "✕"}</Pill>{" "}
                <b>{finding.name}</b>{" "}
                <span className={table.quiet}>
                  {finding.what} {finding.mend}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}
