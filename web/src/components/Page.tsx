import type { ReactNode } from "react";
import { useEffect } from "react";
import classes from "./Page.module.css";

interface PageBarProps {
  title: string;
  crumb?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  /** On a wide screen it keeps its height whatever comes and goes in it, so that nothing below it moves. */
  steady?: boolean;
}

/** The bar on top of a page: where one is, and what one can do. It names the browser's tab too. */
export function PageBar({ title, crumb, about, actions, steady = false }: PageBarProps) {
  useEffect(() => {
    document.title = `${title} · Keyturn`;
  }, [title]);
  return (
    <header className={`${classes.bar} ${steady ? classes.steady : ""}`}>
      {crumb ? <span className={classes.crumb}>{crumb} /</span> : null}
      <h1 dir="auto" title={steady ? title : undefined}>
        {title}
      </h1>
      {about ? <span className={classes.about}>{about}</span> : null}
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </header>
  );
}

/** What a page shows below its bar. */
export function PageBody({ children }: { children: ReactNode }) {
  return <div className={classes.body}>{children}</div>;
}
