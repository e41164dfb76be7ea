//! Each page, from the documents of commands.

use crate::answers::ENGINE;
use crate::serve::address::{Address, Shape, Subject};
use crate::serve::api;
use crate::serve::prepared::{Made, Part};
use crate::serve::site::Asking;
use serde_json::{Map, Value};
use servanda_core::Date;
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_pages::{self as html, Changed, Frame, Known, Overview, Standing};
use servanda_workspace::{Workspace, WorkspaceError};
use std::str::FromStr;
use std::sync::Arc;

/// What may be asked of a page, and whether the day is one.
pub fn known(address: &Address) -> Result<(), Problem> {
    let names: &[&str] = match address.subject {
        Subject::Agreement(_) | Subject::Commitment(..) => &["as_of", "known", "source"],
        Subject::Tariffs => &["as_of", "importer", "origin", "line", "on"],
        Subject::Due => &["as_of", "within"],
        Subject::Home => &["as_of", "since"],
        Subject::Api | Subject::OpenApi => &[],
        _ => &["as_of"],
    };
    if let Some(other) = address.asked.keys().find(|name| !names.contains(&name.as_str())) {
        let said = format!("`{other}` cannot be asked of this page; it takes {}", names.join(", "));
        return Err(Problem::new(Code::BadValue, said));
    }
    if let Some((name, _)) = address.asked.iter().find(|(_, values)| values.len() > 1) {
        return Err(Problem::new(Code::Conflict, format!("`{name}` is given more than once")));
    }
    let day = |name: &str, field: Field| match address.one(name).map(|text| (text, Date::from_str(text))) {
        None | Some((_, Ok(_))) => Ok(()),
        Some((text, Err(_))) => {
            Err(Problem::bad_value(field, format!("`{text}` is not a day")).set(field, "2026-12-31"))
        }
    };
    day("as_of", Field::AsOf)?;
    day("since", Field::From)?;
    Ok(())
}

/// The fields of a request for what a page shows: its day, and what else was asked of it.
fn fields<'a>(asking: &'a Asking<'_>, own: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let address = &asking.asked.address;
    let mut fields = own.to_vec();
    fields.push(("as_of", &asking.asked.day));
    for (name, field) in [("known", "known_at"), ("source", "on")] {
        fields.extend(address.one(name).map(|value| (field, value)));
    }
    fields
}

fn map(fields: &[(&str, &str)]) -> Map<String, Value> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect()
}

/// What follows the path of a link, so that it leads to the same day.
fn query(asking: &Asking<'_>) -> String {
    if !asking.asked.day_given {
        return String::new();
    }
    asked(asking)
}

/// What was asked, with its day.
fn asked(asking: &Asking<'_>) -> String {
    let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
    for (name, values) in &asking.asked.address.asked {
        for value in values.iter().filter(|v| !v.is_empty()) {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// A page, its data, or its chart.
pub fn answer(asking: &Asking<'_>) -> Result<String, WorkspaceError> {
    let address = &asking.asked.address;
    match (&address.subject, address.shape) {
        (Subject::Agreement(id), Shape::Html) => agreement(asking, id),
        (Subject::Agreement(id), shape) => {
            asking.text(Command::Check, &map(&fields(asking, &[("agreement", id)])), shape)
        }
        (Subject::Commitment(agreement, id), Shape::Html) => commitment(asking, agreement, id),
        (Subject::Commitment(agreement, id), Shape::Svg) => {
            let explained = asking.document(
                Command::Explain,
                &fields(asking, &[("agreement", agreement), ("commitment", id)]),
            )?;
            html::chart(&explained, true)
                .ok_or_else(|| Problem::new(Code::Unknown, "it has no figures to draw").into())
        }
        (Subject::Commitment(agreement, id), shape) => asking.text(
            Command::Explain,
            &map(&fields(asking, &[("agreement", agreement), ("commitment", id)])),
            shape,
        ),
        (Subject::Due, Shape::Html) => due(asking),
        (Subject::Due, shape) => asking.text(Command::Due, &map(&within(asking)), shape),
        (Subject::Tariffs, Shape::Html) => tariffs(asking),
        (Subject::Claims, Shape::Html) => {
            let conflicts = asking.document(Command::TalksConflicts, &fields(asking, &[]))?;
            let data = [("JSON", format!("{}{}", api::path(Command::TalksConflicts), asked(asking)))];
            Ok(frame(asking, "Claims that differ", "/claims", &data, Some(&conflicts))
                .around(&html::claims(&conflicts)))
        }
        (Subject::Evidence, Shape::Html) => {
            let coverage = asking.document(Command::Coverage, &fields(asking, &[]))?;
            let data = ["json", "csv"]
                .map(|s| (s, format!("{}.{s}{}", api::path(Command::Coverage), asked(asking))));
            Ok(frame(asking, "Evidence", "/evidence", &data, Some(&coverage))
                .around(&html::evidence(&coverage)))
        }
        (Subject::Api, Shape::Html) => api_page(asking),
        _ => Err(Problem::new(Code::Unknown, "it is not had in this form").into()),
    }
}

fn frame<'f>(
    asking: &'f Asking<'_>,
    title: &'f str,
    path: &str,
    data: &'f [(&'f str, String)],
    document: Option<&'f Value>,
) -> Framed<'f> {
    let notes = document.and_then(|d| d.get("notes")).and_then(Value::as_array);
    Framed {
        asking,
        title,
        permanent: format!("{path}{}", asked(asking)),
        notes: notes.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        data,
        rests_on: document.and_then(|d| d.get("rests_on")).and_then(Value::as_str),
    }
}

/// A frame with what it borrows.
struct Framed<'f> {
    asking: &'f Asking<'f>,
    title: &'f str,
    permanent: String,
    notes: Vec<String>,
    data: &'f [(&'f str, String)],
    rests_on: Option<&'f str>,
}

impl Framed<'_> {
    fn around(&self, content: &maud::Markup) -> String {
        let others = self.asking.asked.address.asked.iter().filter(|(name, _)| *name != "as_of");
        let kept: Vec<(&str, &str)> =
            others.flat_map(|(name, values)| values.iter().map(|v| (name.as_str(), v.as_str()))).collect();
        let frame = Frame {
            kept: &kept,
            title: self.title,
            says: self.title,
            permanent: &self.permanent,
            as_of: Some(&self.asking.asked.day),
            asked_day: self.asking.asked.day_given,
            data: self.data,
            notes: &self.notes,
            rests_on: self.rests_on,
            engine: ENGINE,
        };
        frame.around(content)
    }
}

/// The parts of the first page that are worked out ahead: how each agreement stands, what falls due, and what changed since a day, if one
/// is named.
pub fn parts(workspace: &Workspace, since: Option<&str>) -> Result<Vec<Part>, WorkspaceError> {
    let ids = workspace.agreements()?;
    let standing = ids.iter().cloned().map(Part::Standing);
    let changed = since.into_iter().flat_map(|since| ids.iter().map(move |id| (id, since)));
    let changed = changed.map(|(id, since)| Part::Changed(id.clone(), since.to_owned()));
    Ok(standing.chain([Part::Due]).chain(changed).collect())
}

/// Works out a part.
pub fn part(asking: &Asking<'_>, part: &Part) -> Result<Made, WorkspaceError> {
    let day = asking.asked.day.as_str();
    Ok(match part {
        Part::Standing(id) => {
            let check = asking.document(Command::Check, &[("agreement", id), ("as_of", day)])?;
            Made::Standing(Arc::new(Standing::of(&check)))
        }
        Part::Due => Made::Due(Arc::new(asking.document(Command::Due, &[("as_of", day)])?)),
        Part::Changed(id, since) => {
            let own = [("agreement", id.as_str()), ("from", since), ("to", day)];
            Made::Changed(Arc::new(Changed::of(&asking.document(Command::Compare, &own)?)))
        }
    })
}

/// The first page, of the parts that are there.
pub fn home(asking: &Asking<'_>, want: &dyn Fn(Part) -> Option<Made>) -> Result<String, WorkspaceError> {
    let day = &asking.asked.day;
    let since = asking.asked.address.one("since");
    // Days as they are written are in the order of time.
    if let Some(since) = since.filter(|since| *since > day.as_str()) {
        let said = format!("`since` is {since}, which is after {day}, the day up to which is asked");
        return Err(Problem::new(Code::Conflict, said).into());
    }
    let ids = asking.agreements()?;
    let mut all: Vec<Overview<'_>> = Vec::new();
    for id in &ids {
        let standing = match want(Part::Standing(id.clone())) {
            // It was not there yet on the day.
            Some(Made::NotYet) => continue,
            Some(Made::Standing(own)) => Known::Yes(own),
            Some(Made::Failed(why)) => Known::No(why.to_string()),
            _ => Known::NotYet,
        };
        let changed = since.map(|since| match want(Part::Changed(id.clone(), since.to_owned())) {
            Some(Made::Changed(own)) => Known::Yes(own),
            Some(Made::Failed(why)) => Known::No(why.to_string()),
            Some(Made::NotYet) => Known::No(format!("it was not there yet on {since}")),
            _ => Known::NotYet,
        });
        all.push(Overview { id, standing, changed });
    }
    let due = match want(Part::Due) {
        Some(Made::Due(due)) => Known::Yes(due),
        Some(Made::Failed(why)) => Known::No(why.to_string()),
        _ => Known::NotYet,
    };
    let earlier = Date::from_str(day).ok().and_then(|d| d.checked_sub(jiff::Span::new().days(30)).ok());
    let page = html::home(
        &all,
        &due,
        html::Asked {
            query: &query(asking),
            address: &format!("/{}", asked(asking)),
            day,
            day_given: asking.asked.day_given,
            since,
            earlier: &earlier.map(|d| d.to_string()).unwrap_or_default(),
        },
    );
    let data = [("what is due, JSON", format!("/due.json?as_of={day}"))];
    Ok(frame(asking, "Promises and what became of them", "/", &data, None).around(&page))
}

fn suffixes(path: &str, among: &[&'static str], asking: &Asking<'_>) -> Vec<(&'static str, String)> {
    among.iter().map(|suffix| (*suffix, format!("{path}.{suffix}{}", asked(asking)))).collect()
}

fn agreement(asking: &Asking<'_>, id: &str) -> Result<String, WorkspaceError> {
    let check = asking.document(Command::Check, &fields(asking, &[("agreement", id)]))?;
    let brief = asking.document(Command::Brief, &[("agreement", id), ("as_of", &asking.asked.day)])?;
    let path = format!("/a/{id}");
    let title = check.get("title").and_then(Value::as_str).unwrap_or(id);
    let data = suffixes(&path, &["json", "csv", "md"], asking);
    let query = query(asking);
    let content = html::agreement(&brief, &check, &|commitment| format!("{path}/{commitment}{query}"));
    Ok(frame(asking, title, &path, &data, Some(&check)).around(&content))
}

fn commitment(asking: &Asking<'_>, agreement: &str, id: &str) -> Result<String, WorkspaceError> {
    let own = fields(asking, &[("agreement", agreement), ("commitment", id)]);
    let explained = asking.document(Command::Explain, &own)?;
    let derivation = asking.text(Command::Explain, &map(&own), Shape::Html)?;
    let path = format!("/a/{agreement}/{id}");
    let data = suffixes(&path, &["json", "csv", "md", "svg"], asking);
    let chart = format!("{path}.svg{}", asked(asking));
    let content =
        html::commitment(&explained, &derivation, &format!("/a/{agreement}{}", query(asking)), &chart);
    let title =
        explained.get("commitment").and_then(|c| c.get("title")).and_then(Value::as_str).unwrap_or(id);
    Ok(frame(asking, title, &path, &data, Some(&explained)).around(&content))
}

fn within<'a>(asking: &'a Asking<'_>) -> Vec<(&'a str, &'a str)> {
    let mut own = vec![("as_of", asking.asked.day.as_str())];
    own.extend(asking.asked.address.one("within").map(|days| ("within", days)));
    own
}

fn due(asking: &Asking<'_>) -> Result<String, WorkspaceError> {
    let due = asking.document(Command::Due, &within(asking))?;
    let data = suffixes("/due", &["json", "csv", "md", "ics"], asking);
    Ok(frame(asking, "What falls due", "/due", &data, Some(&due)).around(&html::due(&due, &query(asking))))
}

fn tariffs(asking: &Asking<'_>) -> Result<String, WorkspaceError> {
    let address = &asking.asked.address;
    let given = |name: &str| address.one(name).filter(|value| !value.is_empty());
    let mut data = Vec::new();
    let mut found = None;
    if let (Some(importer), Some(origin), Some(line)) = (given("importer"), given("origin"), given("line")) {
        let mut own = vec![
            ("importer", importer),
            ("origin", origin),
            ("line", line),
            ("as_of", asking.asked.day.as_str()),
        ];
        own.extend(given("on").map(|day| ("on", day)));
        let text = asking.text(Command::TariffRate, &map(&own), Shape::Html)?;
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        query.extend_pairs(&own);
        let query = query.finish();
        data =
            ["json", "csv"].map(|s| (s, format!("{}.{s}{query}", api::path(Command::TariffRate)))).to_vec();
        found = Some(text);
    }
    let content =
        html::tariffs([given("importer"), given("origin"), given("line"), given("on")], found.as_deref());
    Ok(frame(asking, "Tariffs by line and day", "/tariffs", &data, None).around(&content))
}

fn api_page(asking: &Asking<'_>) -> Result<String, WorkspaceError> {
    let served: Vec<(String, String)> = Command::ALL
        .iter()
        .copied()
        .filter(|c| api::served(*c))
        .map(|c| {
            let schema = servanda_workspace::request::of(c).schema;
            let says =
                schema.as_value().get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
            (api::path(c), says)
        })
        .collect();
    let data = [("OpenAPI 3.1", "/api/v1/openapi.json".to_owned())];
    Ok(frame(asking, "API", "/api", &data, None).around(&html::api(&served)))
}
