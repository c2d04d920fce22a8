-- How were the tickets of the log answered? Written by hand from the agreement, on the rows of the file alone.
--
-- Working time: Monday to Friday 07:00 to 18:00 of Europe/Rome, less Italy's public holidays; critical counts around the
-- clock. Met: no more working time than the target lies between the request and the first "Take in charge ticket". The
-- severity may change on the way: each target is held against the working time up to the end of its own time in force.

CREATE TEMP TABLE row_of AS
SELECT n, "Case ID" AS ticket, "Activity" AS activity,
       date_trunc('second', to_timestamp("Complete Timestamp", 'YYYY/MM/DD HH24:MI:SS.MS')::timestamp AT TIME ZONE 'Europe/Rome') AS at,
       "seriousness_2" AS severity
FROM log;
CREATE INDEX ON row_of (ticket, at, n);

CREATE TEMP TABLE holiday (day date PRIMARY KEY);
INSERT INTO holiday
SELECT make_date(year, month, day)
FROM generate_series(2010, 2014) AS year,
     (VALUES (1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)) AS each(month, day)
UNION
SELECT unnest(ARRAY['2010-04-04', '2010-04-05', '2011-04-24', '2011-04-25', '2011-03-17', '2012-04-08', '2012-04-09',
                    '2013-03-31', '2013-04-01', '2014-04-20', '2014-04-21']::date[]);

CREATE TEMP TABLE open_time AS
SELECT (day + time '07:00') AT TIME ZONE 'Europe/Rome' AS since, (day + time '18:00') AT TIME ZONE 'Europe/Rome' AS until,
       11 * 3600 * (row_number() OVER (ORDER BY day) - 1) AS before  -- seconds; no change of clocks lies in these hours
FROM (SELECT generate_series('2010-01-01'::date, '2014-12-31'::date, '1 day')::date AS day) AS days
WHERE extract(isodow FROM day) < 6 AND day NOT IN (SELECT day FROM holiday);
CREATE INDEX ON open_time (since);
ANALYZE open_time;

-- How much working time there was since 2010.
CREATE FUNCTION pg_temp.until_then(at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT before + extract(epoch FROM least(at, until) - since)::bigint
                   FROM open_time WHERE since <= at ORDER BY since DESC LIMIT 1), 0)
$$;

CREATE FUNCTION pg_temp.worked(a timestamptz, b timestamptz, severity text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN b <= a THEN 0
    WHEN severity = 'Value 4' THEN extract(epoch FROM b - a)::bigint
    ELSE pg_temp.until_then(b) - pg_temp.until_then(a)
  END
$$;

CREATE TEMP TABLE target (severity text PRIMARY KEY, name text, seconds bigint);
INSERT INTO target VALUES ('Value 4', 'critical', 2 * 3600), ('Value 1', 'high', 6 * 3600), ('Value 2', 'medium', 12 * 3600);

-- The request, the first answer, and the end of those that nobody answered.
CREATE TEMP TABLE ticket AS
SELECT ticket, min(at) AS asked, min(at) FILTER (WHERE activity = 'Take in charge ticket') AS answered
FROM row_of GROUP BY ticket;

-- The stretches in which it was solved or closed: from a Resolve or a Closed to the next row that takes it up again. A further
-- Resolve takes it up a second earlier, since nobody resolves what is resolved.
CREATE TEMP TABLE numbered AS
SELECT *, row_number() OVER (PARTITION BY ticket ORDER BY at, n) AS place FROM row_of;
CREATE INDEX ON numbered (ticket, place);
CREATE TEMP TABLE over AS
SELECT e.ticket, e.at AS since,
       (SELECT CASE WHEN b.activity = 'Resolve ticket' THEN greatest(p.at, b.at - interval '1 second') ELSE b.at END
        FROM numbered b JOIN numbered p ON p.ticket = b.ticket AND p.place = b.place - 1
        WHERE b.ticket = e.ticket AND b.place > e.place AND b.activity <> 'Closed' ORDER BY b.place LIMIT 1) AS until
FROM numbered e
LEFT JOIN numbered before ON before.ticket = e.ticket AND before.place = e.place - 1
WHERE e.activity IN ('Resolve ticket', 'Closed')
  AND NOT (e.activity = 'Closed' AND before.activity IN ('Resolve ticket', 'Closed') IS TRUE);

CREATE INDEX ON over (ticket);

-- Where the clock stops: at the answer, else at the last end that nothing followed.
CREATE TEMP TABLE clock AS
SELECT t.ticket, t.asked, t.answered,
       coalesce(t.answered, (SELECT o.since FROM over o WHERE o.ticket = t.ticket AND o.until IS NULL)) AS stopped
FROM ticket t;

CREATE FUNCTION pg_temp.counted(who text, a timestamptz, b timestamptz, severity text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT pg_temp.worked(a, b, severity)
       - coalesce((SELECT sum(pg_temp.worked(greatest(o.since, a), least(coalesce(o.until, b), b), severity))::bigint
                   FROM over o WHERE o.ticket = who AND o.since < b AND coalesce(o.until, b) > a), 0)
$$;

-- The severities in force while the clock ran; what changed in the second of the stop counts from there on, and no more.
CREATE TEMP TABLE in_force AS
SELECT r.ticket, r.severity, r.at AS since, r.n,
       lead(r.at) OVER (PARTITION BY r.ticket ORDER BY r.at, r.n) AS until
FROM row_of r;
CREATE INDEX ON in_force (ticket);
ANALYZE;

CREATE TEMP TABLE judged AS
SELECT c.ticket, c.asked, c.answered, c.stopped,
       (SELECT f.severity FROM in_force f
        WHERE f.ticket = c.ticket AND (f.since < coalesce(c.stopped, 'infinity') OR f.since = c.asked)
        ORDER BY f.since DESC, f.n DESC LIMIT 1) AS severity,
       EXISTS (SELECT FROM in_force f JOIN target USING (severity)
               WHERE f.ticket = c.ticket AND f.since < coalesce(c.stopped, 'infinity')
                 AND pg_temp.counted(c.ticket, c.asked,
                       least(coalesce(f.until, c.stopped, :now), coalesce(c.stopped, :now)), f.severity) > seconds) AS missed
FROM clock c;
