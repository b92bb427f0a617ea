-- Puts up to `wanted` windows of a queue into a person's hands, in one statement. In this order: those they hold but do
-- not name in `holding` (their page was reloaded, or slept past its leases), those after their cursor, those before it
-- (what came back is found there), and at last those that others only hold in reserve. Each walk is along the index
-- (queueId, done, position), so a claim costs the same in a queue of a thousand and of a million windows.
-- An item is locked first and looked at again by a statement of its own, which sees the leases that were committed before
-- the lock was ours: that is what keeps it out of more hands than the overlap allows. Nobody is served a window once a
-- later one that shares bars with it was put into their hands.
-- in_lane: only this suggested class, and nothing blind; empty for all. reserve: how the leases are held. Returns those of `holding` that are
-- alive, and the leases taken, in the order to work through them.
CREATE FUNCTION claim_items(
  queue_id int, person text, wanted int, holding uuid[], in_lane text, as_reserve boolean, lease_for interval
) RETURNS TABLE ("held" uuid[], "taken" uuid[]) LANGUAGE plpgsql
-- A connection keeps the plans that it made when the tables were still empty: they must be those for full ones. For the
-- same reason the conditions count in sub-selects, each by its index, where NOT EXISTS would become a join of whole tables.
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  moment CONSTANT timestamp := now() AT TIME ZONE 'UTC';
  places int;
  halted boolean;
  began_at int;
  cursor_at int;
  low int;
  high int;
  need int;
  asked int;
  seen int;
  lease uuid;
  item record;
BEGIN
  held := ARRAY(SELECT l."id" FROM "Lease" l WHERE l."id" = ANY (holding) AND l."userId" = person AND l."expiresAt" > moment);
  taken := '{}';
  SELECT q."overlap", q."paused" OR q."saltOf" IS NOT NULL OR (q."purpose" = 'review' AND u."role" = 'analyst') INTO places, halted
    FROM "Queue" q, "User" u WHERE q."id" = queue_id AND u."id" = person;
  IF halted IS NOT FALSE THEN
    RETURN NEXT;
    RETURN;
  END IF;

  -- Two tabs of a person claim one after the other, so that each sees what the other was served.
  PERFORM pg_advisory_xact_lock(hashtext('halyard.claim'), hashtext(person));
  began_at := coalesce((SELECT c."position" FROM "QueueCursor" c
                         WHERE c."queueId" = queue_id AND c."userId" = person AND c."lane" = in_lane), -1);
  cursor_at := began_at;

  FOR item IN
    SELECT i."id", i."answered", l."id" AS "lease"
      FROM "Lease" l JOIN "QueueItem" i ON i."id" = l."queueItemId"
     WHERE l."userId" = person AND i."queueId" = queue_id AND NOT i."done" AND l."id" <> ALL (holding)
       AND i."answered" + (SELECT count(*) FROM "Lease" o WHERE o."queueItemId" = i."id" AND o."userId" <> person
                              AND o."expiresAt" > moment) < places
       AND (in_lane = '' OR i."suggestedClass" = in_lane AND NOT i."blind")
       AND (SELECT count(*) FROM "Annotation" a WHERE a."queueItemId" = i."id" AND a."userId" = person AND a."kind" <> 'retraction'
               AND (SELECT count(*) FROM "Annotation" back WHERE back."retractsId" = a."id") = 0) = 0
     ORDER BY l."reserve", l."expiresAt" <= moment, i."position" LIMIT wanted
       FOR NO KEY UPDATE OF i SKIP LOCKED
  LOOP
    IF item."answered" + (SELECT count(*) FROM "Lease" l WHERE l."queueItemId" = item."id" AND l."userId" <> person
                             AND l."expiresAt" > moment) < places THEN
      taken := taken || item."lease";
    END IF;
  END LOOP;
  -- In the order of ids, as a heartbeat takes them: whoever comes second waits instead of deadlocking.
  PERFORM 1 FROM "Lease" l WHERE l."id" = ANY (taken) ORDER BY l."id" FOR UPDATE;
  UPDATE "Lease" l SET "expiresAt" = moment + lease_for, "reserve" = as_reserve WHERE l."id" = ANY (taken);
  need := wanted - cardinality(taken);

  FOR pass IN 1..3 LOOP
    low := CASE pass WHEN 1 THEN cursor_at ELSE -1 END;
    high := CASE pass WHEN 2 THEN cursor_at ELSE 2147483647 END;
    LOOP
      EXIT WHEN need <= 0;
      asked := need;
      seen := 0;
      FOR item IN
        SELECT i."id", i."position", i."answered", i."seriesId", i."ts", i."clearFrom"
          FROM "QueueItem" i
         WHERE i."queueId" = queue_id AND NOT i."done" AND i."position" > low AND i."position" <= high
           AND (in_lane = '' OR i."suggestedClass" = in_lane AND NOT i."blind")
           AND i."answered" + (SELECT count(*) FROM "Lease" l WHERE l."queueItemId" = i."id" AND l."expiresAt" > moment
                                  AND (pass < 3 OR NOT l."reserve")) < places
           AND (SELECT count(*) FROM "Lease" l WHERE l."queueItemId" = i."id" AND l."userId" = person) = 0
           AND (SELECT count(*) FROM "Annotation" a WHERE a."queueItemId" = i."id" AND a."userId" = person AND a."kind" <> 'retraction'
                   AND (SELECT count(*) FROM "Annotation" back WHERE back."retractsId" = a."id") = 0) = 0
           AND (SELECT count(*) FROM "Served" s WHERE s."userId" = person AND s."seriesId" = i."seriesId"
                   AND s."ts" > i."ts" AND s."ts" < i."clearFrom") = 0
         ORDER BY i."position" LIMIT need
           FOR NO KEY UPDATE SKIP LOCKED
      LOOP
        seen := seen + 1;
        low := item."position";
        CONTINUE WHEN item."answered" + (SELECT count(*) FROM "Lease" l WHERE l."queueItemId" = item."id" AND l."expiresAt" > moment
                                            AND (pass < 3 OR NOT l."reserve")) >= places;
        CONTINUE WHEN EXISTS (SELECT 1 FROM "Served" s WHERE s."userId" = person AND s."seriesId" = item."seriesId"
                                 AND s."ts" > item."ts" AND s."ts" < item."clearFrom");
        DELETE FROM "Lease" l WHERE l."queueItemId" = item."id" AND l."expiresAt" <= moment;
        IF pass = 3 THEN
          -- Of those in reserve the one that has been held longest gives way.
          DELETE FROM "Lease" WHERE "id" = (
            SELECT l."id" FROM "Lease" l WHERE l."queueItemId" = item."id" AND l."reserve" ORDER BY l."takenAt", l."id" LIMIT 1);
        END IF;
        lease := gen_random_uuid();
        INSERT INTO "Lease" ("id", "queueItemId", "userId", "takenAt", "expiresAt", "reserve")
          VALUES (lease, item."id", person, moment, moment + lease_for, as_reserve)
          ON CONFLICT ("queueItemId", "userId") DO NOTHING;
        CONTINUE WHEN NOT FOUND;
        INSERT INTO "Served" ("userId", "seriesId", "ts") VALUES (person, item."seriesId", item."ts") ON CONFLICT DO NOTHING;
        taken := taken || lease;
        need := need - 1;
        IF pass < 3 THEN
          cursor_at := item."position";
        END IF;
      END LOOP;
      EXIT WHEN seen < asked;
    END LOOP;
    EXIT WHEN need <= 0;
  END LOOP;

  IF cursor_at <> began_at THEN
    INSERT INTO "QueueCursor" AS c ("queueId", "userId", "lane", "position") VALUES (queue_id, person, in_lane, cursor_at)
      ON CONFLICT ("queueId", "userId", "lane") DO UPDATE SET "position" = excluded."position";
  END IF;
  RETURN NEXT;
END $$;

-- The items of leases with everything the label page shows of their windows: two rows and no file. As a function for its
-- settings: a handful of leases must be looked up one by one, whatever the planner knew of the tables when it made the plan.
CREATE FUNCTION label_items(leases uuid[]) RETURNS TABLE (
  "itemId" bigint, "leaseId" uuid, "leaseExpiresAt" timestamp, "windowId" uuid, "seriesId" int, "venue" text,
  "symbol" text, "timeframe" text, "ts" float8, "suggestedClass" text, "blind" boolean, "purpose" "QueuePurpose",
  "kind" "WeakKind", "direction" int, "poleKatr" float8, "votes" jsonb, "snapshot" bytea
) LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY
  SELECT i."id", l."id", l."expiresAt", w."id", s."id", s."venue", s."symbol", s."timeframe", w."ts",
         i."suggestedClass", i."blind", q."purpose", weak."kind", weak."direction", weak."poleKatr", weak."votes", shot."bytes"
    FROM unnest(leases) WITH ORDINALITY AS n("leaseId", "place")
    JOIN "Lease" l ON l."id" = n."leaseId"
    JOIN "QueueItem" i ON i."id" = l."queueItemId"
    JOIN "Queue" q ON q."id" = i."queueId"
    JOIN "Window" w ON w."id" = i."windowId"
    JOIN "Series" s ON s."id" = w."seriesId"
    JOIN "Snapshot" shot ON shot."hash" = w."snapshotHash"
    LEFT JOIN "WeakLabel" weak ON weak."windowId" = w."id" AND weak."ruleSetId" = q."ruleSetId"
   ORDER BY n."place";
END $$;
