import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { api, data } from "../api/client";
import { CopyButton } from "../components/CopyButton";
import { PageBar, PageBody } from "../components/Page";
import { ProblemNote } from "../components/ProblemNote";
import { SimpleTable } from "../components/SimpleTable";
import { Pill } from "../components/StatePill";
import table from "../components/Table.module.css";
import { Waiting } from "../components/Waiting";
import { text } from "../text";
import { aboutQuery, grouped } from "./about";
import classes from "./SettingsPage.module.css";

/** About this installation, what its operator has set, and whether everything is alive. */
export function SettingsPage() {
  const about = useQuery(aboutQuery);
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
                Keyturn {about.data.version} · {about.data.address}{" "}
                <CopyButton value={about.data.address} label={text.settings.copyAddress} />
              </p>
              <p className={table.quiet}>{text.settings.addressWhat}</p>
            </section>
          ) : null}
          <Doctor />
          {about.data ? (
            <section>
              <h2>{text.settings.set}</h2>
              <p className={table.quiet}>{text.settings.setHow}</p>
              {grouped(Object.keys(about.data.settings)).map(([group, names]) => (
                <Fragment key={group}>
                  <h3 className={classes.group}>{text.settings.groups[group]}</h3>
                  {text.settings.groupWords[group] ? (
                    <p className={table.quiet}>{text.settings.groupWords[group]}</p>
                  ) : null}
                  <SimpleTable
                    stacks
                    label={text.settings.groups[group]}
                    heads={[text.settings.name, text.settings.value, text.settings.what]}
                    empty=""
                  >
                    {names.map((name) => (
                      <tr key={name}>
                        <td className={classes.name}>{name}</td>
                        <td className={classes.value}>
                          {about.data.settings[name] || (
                            <span className={table.quiet}>{text.settings.unset}</span>
                          )}
                        </td>
                        <td className={table.quiet}>{about.data.words[name]}</td>
                      </tr>
                    ))}
                  </SimpleTable>
                </Fragment>
              ))}
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
                <Pill tone={finding.warning ? "warn" : finding.good ? "ok" : "bad"}>
                  {finding.warning ? "!" : finding.good ? "✓" : "✕"}
                </Pill>{" "}
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
