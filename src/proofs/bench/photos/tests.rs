use super::*;

/// Of each kind a few pictures, asked of a network that was trained for seconds: what the finding of
/// digits must not fall below. The whole measure is `overfit-lab bench photos`.
#[test]
fn digits_are_found_in_pictures_as_people_take_them() {
    let mut settings = Preset::Dense.settings();
    settings.data.train_size = TrainSize::Count(3_000);
    settings.data.validation_size = 1_000;
    settings.training.epochs = 4;
    let data = Arc::new(TrainingData::load(&settings.data, settings.seed).unwrap());
    let network = train(settings, &data).unwrap();
    let usual = [Kind::Plain, Kind::Pencil];
    let paper = [
        Kind::Ruled,
        Kind::RuledAskew,
        Kind::Squared,
        Kind::SquaredUneven,
        Kind::Shadow,
    ];
    let edges = [
        Kind::ScanEdge,
        Kind::GreyBorder,
        Kind::Screenshot,
        Kind::Desk,
    ];
    let kinds = [&usual[..], &paper, &edges, &[Kind::TwoDigits, Kind::Blank]].concat();
    let rows = measure(&network, &data, &kinds, 5).unwrap();
    let of = |kinds: &[Kind]| {
        let rows = rows.iter().filter(|row| kinds.contains(&row.kind));
        rows.fold((0, 0), |(ink, digit), row| {
            (ink + row.by_ink, digit + row.by_digit)
        })
    };
    // What went well before goes as well.
    let (ink, digit) = of(&usual);
    assert!(digit >= ink && digit >= 8, "{digit} of 10, {ink} before");
    // What went wrong before goes well.
    let (ink, digit) = of(&paper);
    assert!(digit >= 21 && ink <= 14, "{digit} of 25, {ink} before");
    let (ink, digit) = of(&edges);
    assert!(digit >= 16 && ink <= 10, "{digit} of 20, {ink} before");
    let (_, several) = of(&[Kind::TwoDigits]);
    let (_, blank) = of(&[Kind::Blank]);
    assert!(several >= 4 && blank >= 4, "{several} and {blank} of 5");
}
