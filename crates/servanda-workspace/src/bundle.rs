//! `bundle`: one file with everything that a finding rests on, for a reader who does not have the engine. The book's page
//! `bundle.md` is its form.

use crate::answer::{
    BundledFlow, BundledManifest, BundledResidual, BundledSeries, BundledTerm, CellRow, ObservationRow,
    SeriesVintage,
};
use crate::request::Bundle;
use crate::{Asked, Workspace, WorkspaceError};
use servanda_agreement::AgreementFolder;
use servanda_core::problem::{Code, Problem};
use servanda_core::{
    AsOf, AskedSeries, Batch, Date, Evidence, EvidenceError, Exact, Observation, Period, Series,
    SeriesRequest, Source, VintageRef,
};
use servanda_evidence::{ManifestText, Store};
use servanda_verdict::{Finding, NodeTrace, Question, Reading, Run, TermTrace, VerdictError, check_one_run};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Everything that one finding rests on.
pub struct Bundled {
    /// The agreement and the finding.
    pub asked: Asked,
    /// The agreement's files that were read, by path.
    pub files: BTreeMap<String, String>,
    /// Every source that a figure comes from.
    pub sources: Vec<Source>,
    /// The manifests of these sources with a publication that was out by the day.
    pub manifests: Vec<BundledManifest>,
    /// The series that terms and bounds rest on.
    pub series: Vec<BundledSeries>,
    /// The flow terms of each reading, with their series.
    pub terms: Vec<BundledTerm>,
}

impl Bundled {
    /// The one finding.
    ///
    /// # Errors
    /// None that can be caused from outside: a check of one commitment has one finding.
    pub fn finding(&self) -> Result<&Finding, WorkspaceError> {
        let none = || Problem::new(Code::NotSolved, "the commitment has no finding").into();
        self.asked.checked.findings.first().ok_or_else(none)
    }
}

impl Workspace {
    /// The finding of one commitment with everything that it rests on. `today` is the day where none is named.
    ///
    /// # Errors
    /// Those of `explain`.
    pub fn bundle(&self, request: &Bundle, today: Date) -> Result<Bundled, WorkspaceError> {
        let as_of = AsOf { date: request.as_of.unwrap_or(today), known_at: request.known_at };
        let question = Question { as_of, ..Question::on_day(as_of.date) };
        let (name, id) = (&request.agreement, Some(request.commitment.as_str()));
        let agreement = self.agreement_on(name, as_of.date)?;
        self.as_read(&agreement, id, as_of)?;
        let recorder = Recorder { store: self.store(), asked: Mutex::default() };
        let memory = self.memory(&agreement)?;
        let run = Run::default();
        let checked = check_one_run(&run, &memory, &agreement, &recorder, &question, &request.commitment)?;
        let resolved = self.resolved(&agreement, id, as_of)?;
        let folder = self.agreement_lazily(name)?;
        let mut bundled = Bundled {
            asked: Asked { agreement, checked, resolved },
            files: files(&folder),
            sources: Vec::new(),
            manifests: Vec::new(),
            series: Vec::new(),
            terms: Vec::new(),
        };
        let asked = recorder.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut gathered = Gathered { store: self.store(), asked: &asked, chosen: Vec::new() };
        let mut terms = Vec::new();
        for reading in &bundled.finding()?.readings {
            let mut found = Vec::new();
            gathered.node(reading, &reading.trace, &mut found);
            terms.append(&mut found);
        }
        bundled.terms = terms;
        bundled.series = gathered.series()?;
        let mut ids: Vec<&str> = bundled.series.iter().map(|s| s.source.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            bundled.sources.extend(self.store().source(id).cloned());
            let texts = self.store().manifests_by(id, as_of).map_err(VerdictError::Evidence)?;
            let one = |m: ManifestText| BundledManifest {
                source: id.to_owned(),
                sha256: m.sha256,
                text: m.text,
                apart: m.apart,
            };
            bundled.manifests.extend(texts.into_iter().map(one));
        }
        // Of a reading that has no series the source is described all the same: its lag decides what is open.
        for name in bundled.asked.checked.findings.iter().flat_map(|f| &f.readings).map(|r| &r.source) {
            let side = name.strip_prefix("side.").and_then(|s| bundled.asked.agreement.sides.get(s));
            let named = side.map_or(vec![name], |s| vec![&s.goods, &s.services]);
            for id in named {
                if !bundled.sources.iter().any(|s| s.id == *id) {
                    bundled.sources.extend(self.store().source(id).cloned());
                }
            }
        }
        bundled.sources.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(bundled)
    }
}

/// The files of an agreement that say what is owed and how it is read: its own, and the tables that it names.
fn files(folder: &AgreementFolder) -> BTreeMap<String, String> {
    let named = |path: &str| path == "agreement.toml" || path.ends_with(".csv");
    let texts = folder.texts().iter().filter(|(path, _)| named(path));
    texts.map(|(path, text)| (path.clone(), text.to_string())).collect()
}

/// A request that was made, with its answer.
struct Recorded {
    request: AskedSeries,
    lines: servanda_core::LineSet,
    series: Arc<Series>,
}

/// The store, with a record of what was asked of it.
struct Recorder<'s> {
    store: &'s Store,
    asked: Mutex<Vec<Recorded>>,
}

impl Recorder<'_> {
    fn note(&self, request: &SeriesRequest<'_>, series: &Arc<Series>) {
        let asked = AskedSeries {
            source: request.source.to_owned(),
            stage: request.stage,
            partner: request.partner,
            dimension: request.dimension,
            list: 0,
            first: request.first,
            last: request.last,
            as_of: request.as_of,
        };
        let (lines, series) = (request.lines.clone(), Arc::clone(series));
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Recorded { request: asked, lines, series });
    }
}

impl Evidence for Recorder<'_> {
    fn sources(&self) -> Vec<&Source> {
        self.store.sources()
    }

    fn source(&self, id: &str) -> Option<&Source> {
        self.store.source(id)
    }

    fn vintages(&self, source: &str) -> Result<Vec<VintageRef>, EvidenceError> {
        self.store.vintages(source)
    }

    fn series(&self, request: &SeriesRequest<'_>) -> Result<Series, EvidenceError> {
        self.store.series(request)
    }

    fn shared_series(&self, request: &SeriesRequest<'_>) -> Result<Arc<Series>, EvidenceError> {
        let series = self.store.shared_series(request)?;
        self.note(request, &series);
        Ok(series)
    }

    fn series_many(&self, requests: &[SeriesRequest<'_>]) -> Vec<Result<Arc<Series>, EvidenceError>> {
        let answers = self.store.series_many(requests);
        for (request, answer) in requests.iter().zip(&answers) {
            if let Ok(series) = answer {
                self.note(request, series);
            }
        }
        answers
    }

    fn observations(&self, request: &SeriesRequest<'_>) -> Result<Vec<Observation>, EvidenceError> {
        self.store.observations(request)
    }
}

/// The series that a finding rests on, of all that were asked for.
struct Gathered<'a> {
    store: &'a Store,
    asked: &'a [Recorded],
    /// Their numbers among those asked for.
    chosen: Vec<usize>,
}

impl Gathered<'_> {
    /// The place of a recorded series in the bundle.
    fn place(&mut self, number: usize) -> usize {
        // The same request may have been made more than once.
        let same = |other: &usize| self.alike(*other, number);
        if let Some(place) = self.chosen.iter().position(same) {
            return place;
        }
        self.chosen.push(number);
        self.chosen.len() - 1
    }

    fn alike(&self, a: usize, b: usize) -> bool {
        let pair = self.asked.get(a).zip(self.asked.get(b));
        pair.is_some_and(|(a, b)| a.request == b.request && a.lines == b.lines)
    }

    /// The flow terms at and below a node of a derivation.
    fn node(&mut self, reading: &Reading, node: &NodeTrace, into: &mut Vec<BundledTerm>) {
        if !node.terms.is_empty() {
            let flows = node.terms.iter().filter_map(|term| self.flow(term)).collect();
            let term = BundledTerm {
                source: reading.source.clone(),
                definition: reading.definition.clone(),
                text: node.label.clone(),
                shared: !node.notes.is_empty(),
                flows,
            };
            if !into.contains(&term) {
                into.push(term);
            }
        }
        node.children.iter().for_each(|child| self.node(reading, child, into));
    }

    fn flow(&mut self, term: &TermTrace) -> Option<BundledFlow> {
        let own = term.cells.as_ref()?;
        let is = |r: &Recorded| {
            Arc::ptr_eq(&r.series, &own.series) && r.request.as_of.date.to_string() == term.as_of
        };
        let number = self.asked.iter().position(is)?;
        let request = self.asked.get(number)?.request.clone();
        let mut residuals = Vec::new();
        for residual in &term.residuals {
            let chapter = |r: &Recorded, source: &str| {
                r.request.source == source
                    && (r.request.stage, r.request.partner, r.request.dimension)
                        == (request.stage, request.partner, request.dimension)
                    && (r.request.first, r.request.last) == (request.first, request.last)
                    && r.lines.labels() == [residual.code.as_str()]
                    && r.lines.prefixes().eq([(residual.code.as_str(), Some(0))])
            };
            let all = || (0..).zip(self.asked);
            let mut shown =
                all().filter(|(_, r)| chapter(r, &term.source) && r.request.as_of == request.as_of);
            let Some((shown, _)) = shown.next() else { continue };
            let above: Vec<usize> =
                all().filter(|(_, r)| chapter(r, &residual.parent)).map(|(n, _)| n).collect();
            let shown = self.place(shown);
            let mut places: Vec<usize> = above.into_iter().map(|n| self.place(n)).collect();
            places.dedup();
            residuals.push(BundledResidual { code: residual.code.clone(), shown, above: places });
        }
        let mut most = term.residuals.iter().map(|r| r.at_most.clone());
        let most = most.try_fold(Exact::zero(), |sum, most| most.map(|most| &sum + &most));
        let not_shown = most.filter(|_| term.figure.bounds.high.is_some());
        Some(BundledFlow { series: self.place(number), proxy: term.proxy, not_shown, residuals })
    }

    /// The series as they are written, each with its figures.
    fn series(&self) -> Result<Vec<BundledSeries>, WorkspaceError> {
        let chosen = self.chosen.iter().filter_map(|n| self.asked.get(*n));
        chosen.map(|recorded| self.written(recorded)).collect()
    }

    fn written(&self, recorded: &Recorded) -> Result<BundledSeries, WorkspaceError> {
        let Recorded { request, lines, series } = recorded;
        let source = self.store.source(&request.source);
        let unknown = || VerdictError::Evidence(EvidenceError::UnknownSource(request.source.clone()));
        let frequency = source.ok_or_else(unknown)?.frequency;
        let point = |ordinal: i32| frequency.point(ordinal).to_string();
        let batch = Batch { lists: vec![lines.clone()], asked: vec![request.clone()], ..Batch::default() };
        let unread = |e: servanda_core::BatchError| Problem::new(Code::NotSolved, e.to_string());
        let mut observations = Vec::new();
        for one in batch.requests().map_err(unread)? {
            observations.extend(self.store.observations(&one).map_err(VerdictError::Evidence)?);
        }
        let mut cells = Vec::new();
        for (offset, cell) in series.cells.iter().enumerate() {
            let (line, at) = (offset / series.periods.max(1), offset % series.periods.max(1));
            let ordinal = i32::try_from(at).ok().and_then(|n| series.first.checked_add(n));
            let Some(ordinal) = ordinal else { continue };
            let text = |x: i128| x.to_string();
            let (value, low, high) = (text(cell.value), text(cell.low), text(cell.high));
            let vintage = cell.vintage.and_then(|v| series.vintages.get(v as usize)).map(|v| v.id.clone());
            cells.push(CellRow(
                line,
                point(ordinal),
                value,
                low,
                high,
                cell.held,
                vintage,
                cell.rows,
                cell.lacking,
            ));
        }
        let observed = |o: Observation| {
            let text = |x: Option<i128>| x.map(|x| x.to_string());
            let of = Period { from: frequency.point(o.first), to: frequency.point(o.period) };
            let (value, low, high) = (text(o.value), text(o.low), text(o.high));
            ObservationRow(o.line, o.code, of, value, low, high, o.preliminary, o.vintage)
        };
        let mut beyond = Vec::new();
        for (is, word) in [
            (!series.edges.is_empty(), "edges"),
            (!series.joint.is_empty(), "joint"),
            (!series.missing.is_empty(), "missing"),
            (source.is_some_and(|s| s.cumulative.is_some()), "cumulative"),
        ] {
            if is {
                beyond.push(word.to_owned());
            }
        }
        let vintages = series.vintages.iter().zip((0u32..).map(|n| series.unit(n)));
        let vintages = vintages.map(|(v, unit)| SeriesVintage {
            id: v.id.clone(),
            date: v.date,
            published: v.published.clone(),
            sha256: v.sha256.clone(),
            original: v.original.clone(),
            unit: unit.to_string(),
        });
        Ok(BundledSeries {
            source: request.source.clone(),
            stage: request.stage,
            partner: request.partner,
            unit: request.dimension.base_unit(),
            scale: series.scale,
            frequency,
            first: point(request.first),
            last: point(request.last),
            as_of: request.as_of.date,
            labels: lines.labels().to_vec(),
            codes: lines.prefixes().map(|(code, line)| (code.to_owned(), line)).collect(),
            vintages: vintages.collect(),
            cells,
            observations: observations.into_iter().map(observed).collect(),
            beyond,
        })
    }
}
